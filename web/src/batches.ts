// The pages of files of addresses: a file dropped, its sending followed, its test followed, the tests of this device
// remembered by the browser alone. All of it works without.

import { Refused, sendInPieces } from "./upload";

interface Kept {
  id: string;
  name: string;
  expires: string;
  expiresAt: string;
}

const KEPT = "caloduc-tests";

function kept(): Kept[] {
  try {
    const all = JSON.parse(localStorage.getItem(KEPT) ?? "[]") as Kept[];
    return all.filter((test) => test.expiresAt > new Date().toISOString());
  } catch {
    return [];
  }
}

function keep(tests: Kept[]): void {
  try {
    localStorage.setItem(KEPT, JSON.stringify(tests.slice(0, 100)));
  } catch {
    // Not remembered: the link still works.
  }
}

/** The page of a test one owns: its link is remembered. */
function remember(page: HTMLElement): void {
  const { keepTest: id, name, expires, expiresAt } = page.dataset;
  if (!id) return;
  keep([{ id, name: name ?? "", expires: expires ?? "", expiresAt: expiresAt ?? "" }, ...kept().filter((test) => test.id !== id)]);
}

function showKept(section: HTMLElement): void {
  const list = section.querySelector<HTMLElement>("[data-kept-list]");
  const tests = kept();
  if (!list || tests.length === 0) return;
  section.hidden = false;
  const base = window.location.pathname.replace(/\/$/, "");
  for (const test of tests) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = `${base}/${test.id}`;
    link.textContent = test.name;
    const until = document.createElement("span");
    until.className = "muted small";
    until.textContent = ` ${list.dataset.until ?? ""} ${test.expires}`;
    item.append(link, until);
    list.append(item);
  }
  section.querySelector("[data-kept-forget]")?.addEventListener("click", () => {
    keep([]);
    section.hidden = true;
  });
}

/** Erased: forgotten here too. */
function forgetErased(page: HTMLElement): void {
  for (const form of page.querySelectorAll<HTMLFormElement>("form[action$='/effacer']")) {
    form.addEventListener("submit", () => keep(kept().filter((test) => test.id !== page.dataset.keepTest)));
  }
}

function dropZone(form: HTMLFormElement): void {
  const zone = form.querySelector<HTMLElement>("[data-drop]");
  const input = form.querySelector<HTMLInputElement>("input[type=file]");
  if (!zone || !input) return;
  const over = (event: DragEvent, isOver: boolean): void => {
    event.preventDefault();
    zone.classList.toggle("over", isOver);
  };
  zone.addEventListener("dragover", (event) => over(event, true));
  zone.addEventListener("dragleave", (event) => over(event, false));
  zone.addEventListener("drop", (event) => {
    over(event, false);
    const files = event.dataTransfer?.files;
    if (files?.length) input.files = files;
  });
}

/** A file goes in pieces, so that a cut loses nothing; then the form goes, with its identifier instead of the file. */
function sendFile(form: HTMLFormElement): void {
  const box = form.querySelector<HTMLElement>("[data-upload-progress]");
  const bar = box?.querySelector("progress");
  const status = box?.querySelector<HTMLElement>("[data-upload-status]");
  const input = form.querySelector<HTMLInputElement>("input[type=file]");
  if (!box || !bar || !status || !input) return;
  const identifier = document.createElement("input");
  identifier.type = "hidden";
  identifier.name = "upload";
  const ready = (isReady: boolean): void => {
    for (const button of form.querySelectorAll("button")) button.disabled = !isReady;
  };
  let told = -1;
  const progress = (percent: number): void => {
    bar.value = percent;
    if (Math.floor(percent / 10) === told) return;
    told = Math.floor(percent / 10);
    status.textContent = `${status.dataset.sending ?? ""} ${percent} %`;
  };
  form.addEventListener("submit", (event) => {
    const file = input.files?.[0];
    if (!file || file.size === 0) return;
    event.preventDefault();
    ready(false);
    box.hidden = false;
    told = -1;
    const sent = sendInPieces(file, {
      progress,
      resumed: (percent) => {
        bar.value = percent;
        status.textContent = `${status.dataset.resuming ?? ""} ${percent} %`;
      },
      waiting: () => {
        status.textContent = status.dataset.waiting ?? "";
      },
    });
    sent.then(
      (id) => {
        bar.value = 100;
        status.textContent = status.dataset.reading ?? "";
        identifier.value = id;
        form.append(identifier);
        input.disabled = true;
        form.submit();
      },
      (error: unknown) => {
        ready(true);
        status.textContent = (error instanceof Refused && error.message) || (status.dataset.cut ?? "");
      },
    );
  });
  // A page brought back from the past is as it was left.
  window.addEventListener("pageshow", () => {
    ready(true);
    input.disabled = false;
    identifier.remove();
    box.hidden = true;
  });
}

interface State {
  state: string;
  following: boolean;
  rows_done: number;
  rows_total: number | null;
  paused: string | null;
}

function follow(section: HTMLElement): void {
  const address = section.dataset.batchEvents;
  const bar = section.querySelector<HTMLProgressElement>("[data-batch-bar]");
  const text = section.querySelector<HTMLElement>("[data-batch-text]");
  const live = section.querySelector<HTMLElement>("[data-batch-live]");
  if (!address || !bar || !text || !live) return;
  const format = new Intl.NumberFormat(document.documentElement.lang);
  const source = new EventSource(address);
  let tenth = -1;
  source.addEventListener("state", (event) => {
    const now = JSON.parse((event as MessageEvent<string>).data) as State;
    if (!["queued", "running"].includes(now.state)) {
      source.close();
      window.location.reload();
      return;
    }
    const done = format.format(now.rows_done);
    const { sentence = "", lines = "", full = "" } = section.dataset;
    const total = now.rows_total;
    text.textContent = total === null ? `${done} ${lines}` : `${done} ${sentence} ${format.format(total)}`;
    if (now.paused) text.textContent = full;
    if (total) {
      bar.max = total;
      bar.value = now.rows_done;
      const reached = Math.floor((now.rows_done / total) * 10);
      if (reached !== tenth) {
        tenth = reached;
        live.textContent = `${reached * 10} %`;
      }
    }
  });
  source.addEventListener("error", () => {
    text.textContent = section.dataset.cut ?? "";
  });
}

export function batches(): void {
  for (const page of document.querySelectorAll<HTMLElement>("[data-keep-test]")) {
    remember(page);
    forgetErased(page);
  }
  for (const section of document.querySelectorAll<HTMLElement>("[data-kept-tests]")) showKept(section);
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-upload]")) {
    dropZone(form);
    sendFile(form);
  }
  for (const section of document.querySelectorAll<HTMLElement>("[data-batch-events]")) follow(section);
}
