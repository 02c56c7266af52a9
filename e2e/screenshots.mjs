// Pictures of the main pages, phone and desktop, light and dark, into docs/screenshots: node screenshots.mjs [binary] [folder]

import { mkdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { examples, launch } from "./browser.mjs";
import { serve } from "./run.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const folder = resolve(process.argv[3] ?? join(here, "../docs/screenshots"));
const only = process.argv[4];
mkdirSync(folder, { recursive: true });

const of = (kind) => {
  const { address } = examples().find((example) => example.kind === kind);
  return `/?q=${encodeURIComponent(address)}`;
};
const near = examples().find(({ kind }) => kind === "reseau_existant_proche");

const PAGES = [
  ["accueil", "/"],
  ["reponse", of("reseau_existant_proche")],
  ["reponse-projet", of("dans_zone_reseau_futur")],
  ["carte", `/carte?lon=${near.lon}&lat=${near.lat}&z=15.5&point=${near.lon},${near.lat}`],
  ["carte-liste", `/carte?lon=${near.lon}&lat=${near.lat}&z=14&vue=liste`],
  ["reseaux", "/reseaux"],
  ["fiche", "/reseaux/7501C"],
  ["commune", "/communes/00001"],
  ["donnees", "/donnees"],
  ["tests", "/pro/tests"],
  ["api", "/api"],
  ["integration", "/integration"],
];

const SCREENS = [
  ["ordinateur", { viewport: { width: 1280, height: 860 } }, "light"],
  ["ordinateur-sombre", { viewport: { width: 1280, height: 860 } }, "dark"],
  ["telephone", { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }, "light"],
];

const service = await serve();
const browser = await launch();
for (const [screen, device, colorScheme] of SCREENS) {
  const context = await browser.newContext({ ...device, colorScheme, locale: "fr-FR", reducedMotion: "reduce" });
  for (const [name, path] of PAGES) {
    if (only && !name.startsWith(only)) continue;
    // In the dark, the two pages where colours matter most are enough.
    if (colorScheme === "dark" && !only && !["accueil", "reponse", "carte", "fiche"].includes(name)) continue;
    const page = await context.newPage();
    await page.goto(service.address + path, { waitUntil: "load" });
    if (name === "carte") await page.waitForSelector("[data-map][data-ready=true]", { timeout: 60_000 }).catch(() => {});
    if (name === "carte") await page.waitForTimeout(1500);
    await page.screenshot({ path: join(folder, `${name}-${screen}.png`), fullPage: process.env.FULL === "1" });
    await page.close();
  }
  await context.close();
}
await browser.close();
await service.stop();
