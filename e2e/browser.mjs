// One browser for a file of tests, started as the machine's Chromium wants to be, and pages that watch what they load.

import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const here = dirname(fileURLToPath(import.meta.url));

export const site = process.env.CALODUC_URL ?? "http://127.0.0.1:3000";

const executablePath = process.env.CHROMIUM ?? ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) => existsSync(path));

const FLAGS = [
  "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
  "--disable-sync", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist",
];

/** The machine's Chromium, started as it wants to be; `without` takes flags away. */
export const launch = ({ without = [] } = {}) => chromium.launch({ executablePath, args: FLAGS.filter((flag) => !without.includes(flag)) });

let browser;

/** Starts the browser before the tests of a file and ends it after. */
export function withBrowser() {
  before(async () => {
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
  });
}

/** A page on `path`, with what it loaded from elsewhere and what it complained of. */
export async function open(path, options = {}) {
  const context = await browser.newContext({ locale: "fr-FR", viewport: { width: 1280, height: 800 }, reducedMotion: "reduce", ...options });
  const page = await context.newPage();
  const foreign = [];
  const complaints = [];
  page.on("request", (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol.startsWith("http") && origin !== new URL(site).origin) foreign.push(request.url());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  const response = await page.goto(site + path, { waitUntil: "load" });
  return { page, response, foreign, complaints, close: () => context.close() };
}

/** The territory's own examples: one address for each verdict, and the special cases. */
export function examples() {
  const path = join(here, "../crates/demo/tests/snapshots/territory__the_small_territory_shows_every_type_of_verdict_and_the_special_cases.snap");
  return [...readFileSync(path, "utf8").matchAll(/^ {2}"(.*?)",?$/gm)].map(([, line]) => {
    const [showing, address, place, answer] = line.replaceAll('\\"', '"').split(" | ");
    const [lon, lat] = place.split(" ");
    const [kind, distance] = answer.split(" ");
    return { showing, address, lon, lat, kind, distance: distance === "None" ? null : Number(/\d+/.exec(distance)[0]) };
  });
}

/** How a distance is written in French. */
export function written(distance) {
  return distance < 10 ? "moins de 10\u00a0m" : `${distance}\u00a0m`;
}
