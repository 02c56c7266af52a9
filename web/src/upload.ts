// A file sent in pieces, by the protocol tus 1.0.0: cut, or left by its page, it goes on from where it is. The browser
// alone remembers where, and only until the file is there.

/** Bytes of a piece. */
const PIECE = 4 * 1024 * 1024;
const KEPT = "caloduc-envois";
const PLACE = "/api/v2/batches/uploads";
/** Milliseconds before each new try, until it is given up. */
const PAUSES = [500, 1000, 2000, 5000, 10_000, 20_000, 30_000];

/** What the page is told. */
export interface Told {
  progress(percent: number): void;
  resumed(percent: number): void;
  waiting(): void;
}

/** The service will not have it, and says why. */
export class Refused extends Error {}

class Failed extends Error {}

interface Pending {
  address: string;
  until: number;
}

function name(file: File): string {
  return [file.name, file.size, file.lastModified].join("/");
}

function pending(): Record<string, Pending> {
  try {
    const all = JSON.parse(localStorage.getItem(KEPT) ?? "{}") as Record<string, Pending>;
    return Object.fromEntries(Object.entries(all).filter(([, { until }]) => until > Date.now()));
  } catch {
    return {};
  }
}

function remember(file: File, place: Pending | null): void {
  const all = pending();
  if (place) all[name(file)] = place;
  else delete all[name(file)];
  try {
    if (Object.keys(all).length === 0) localStorage.removeItem(KEPT);
    else localStorage.setItem(KEPT, JSON.stringify(all));
  } catch {
    // Not remembered: a closed page begins again.
  }
}

interface Problem {
  detail?: string;
  remedy?: string;
}

/** One request; fails so that it can be tried again, or for good. */
function ask(method: string, address: string, headers: Record<string, string>, body: Blob | null, sent?: (bytes: number) => void): Promise<XMLHttpRequest> {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    request.open(method, address);
    request.setRequestHeader("Tus-Resumable", "1.0.0");
    for (const [header, value] of Object.entries(headers)) request.setRequestHeader(header, value);
    if (sent) request.upload.addEventListener("progress", ({ loaded }) => sent(loaded));
    request.addEventListener("error", () => failed(new Failed()));
    request.addEventListener("abort", () => failed(new Failed()));
    request.addEventListener("load", () => {
      if (request.status < 400) done(request);
      else if (request.status === 404 || request.status === 410) failed(new Gone());
      else if (request.status === 409 || (request.status >= 500 && request.status !== 507)) failed(new Failed());
      else failed(new Refused(said(request.responseText)));
    });
    request.send(body);
  });
}

/** What is expected of it is expected no more. */
class Gone extends Error {}

function said(text: string): string {
  try {
    const { detail = "", remedy = "" } = JSON.parse(text) as Problem;
    return `${detail} ${remedy}`.trim();
  } catch {
    return "";
  }
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

async function announce(file: File): Promise<string> {
  const headers = { "Upload-Length": String(file.size), "Upload-Metadata": `filename ${base64(file.name.slice(0, 200))}` };
  const answer = await ask("POST", PLACE, headers, null);
  const address = answer.getResponseHeader("Location") ?? "";
  const until = Date.parse(answer.getResponseHeader("Upload-Expires") ?? "");
  remember(file, { address, until: Number.isFinite(until) ? until : Date.now() + 3_600_000 });
  return address;
}

async function received(address: string): Promise<number> {
  const answer = await ask("HEAD", address, {}, null);
  return Number(answer.getResponseHeader("Upload-Offset"));
}

/** A while, or until the connection is back. */
function pause(milliseconds: number): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(ended, milliseconds);
    function ended(): void {
      clearTimeout(timer);
      window.removeEventListener("online", ended);
      done();
    }
    window.addEventListener("online", ended);
  });
}

/** Sends a file; its identifier once all of it is there. */
export async function sendInPieces(file: File, told: Told): Promise<string> {
  const percent = (bytes: number): number => Math.floor((bytes / file.size) * 100);
  let address = pending()[name(file)]?.address ?? "";
  let at = -1;
  let failures = 0;
  while (at < file.size) {
    try {
      if (!address) {
        address = await announce(file);
        at = 0;
      } else if (at < 0) {
        at = await received(address);
        if (at > 0) told.resumed(percent(at));
      }
      if (at < file.size) {
        const start = at;
        const headers = { "Upload-Offset": String(start), "Content-Type": "application/offset+octet-stream" };
        const piece = file.slice(start, start + PIECE);
        const answer = await ask("PATCH", address, headers, piece, (bytes) => told.progress(percent(start + bytes)));
        at = Number(answer.getResponseHeader("Upload-Offset"));
      }
      failures = 0;
    } catch (error) {
      if (error instanceof Gone) {
        address = "";
        at = -1;
      } else if (!(error instanceof Failed)) {
        remember(file, null);
        throw error;
      }
      const wait = PAUSES[failures];
      if (wait === undefined) throw error;
      failures += 1;
      told.waiting();
      await pause(wait);
      at = -1;
    }
  }
  remember(file, null);
  return address.replace(/.*\//, "");
}
