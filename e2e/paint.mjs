// When is the largest content of each page painted, on a processor four times slower: node paint.mjs [binary] [rounds]
// A new browser context each time, so nothing is cached. The table is on stdout.

import { examples, launch } from "./browser.mjs";
import { serve } from "./run.mjs";

const SLOWER = 4;
const rounds = Number(process.argv[3] ?? 7);
const { address } = examples().find(({ kind }) => kind === "reseau_existant_proche");

const PAGES = [
  ["home", "/"],
  ["answer", `/?q=${encodeURIComponent(address)}`],
  ["list of networks", "/reseaux"],
  ["sheet of a network", "/reseaux/7501C"],
  ["commune", "/communes/00001"],
  ["open data", "/donnees"],
  ["bulk tests", "/pro/tests"],
  ["map", "/carte"],
];

// Chromium reports the largest paint again each time something larger appears: the last one counts, once the page is idle.
const largestPaint = () =>
  new Promise((done) => {
    let last = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) last = entry.startTime;
    }).observe({ type: "largest-contentful-paint", buffered: true });
    setTimeout(() => done(last), 500);
  });

async function visit(browser, url) {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, isMobile: true, locale: "fr-FR", reducedMotion: "reduce" });
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send("Network.enable");
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
  let bytes = 0;
  let requests = 0;
  devtools.on("Network.loadingFinished", ({ encodedDataLength }) => {
    bytes += encodedDataLength;
    requests += 1;
  });
  await page.goto(url, { waitUntil: "load" });
  const measured = { bytes, requests, paint: await page.evaluate(largestPaint) };
  await context.close();
  return measured;
}

const service = await serve();
// A map needs a simulated graphics card here; pages do not, and would wait for it.
const browser = await launch({ without: ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"] });
await visit(browser, service.address);
console.log(`| page, at 390 px, processor ÷ ${SLOWER} | requests | kB on the wire | largest paint, median | largest of ${rounds} |`);
console.log("|---|---|---|---|---|");
for (const [name, path] of PAGES) {
  const visits = [];
  for (let round = 0; round < rounds; round++) visits.push(await visit(browser, service.address + path));
  const paints = visits.map(({ paint }) => paint).sort((a, b) => a - b);
  const { requests, bytes } = visits[0];
  console.log(`| ${name} | ${requests} | ${Math.ceil(bytes / 1000)} | ${paints[rounds >> 1].toFixed(0)} ms | ${paints.at(-1).toFixed(0)} ms |`);
}
await browser.close();
await service.stop();
