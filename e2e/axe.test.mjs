import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { examples, open, withBrowser } from "./browser.mjs";

withBrowser();

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const answers = examples().filter(({ kind }) => ["dans_pdp_reseau_existant", "dans_zone_reseau_futur", "dans_ville_reseau_existant_sans_trace", "trop_eloigne"].includes(kind));

const PATHS = [
  "/",
  "/?q=zzzzqqqq",
  ...answers.map(({ lon, lat }) => `/?lon=${lon}&lat=${lat}`),
  "/carte",
  "/carte?vue=liste",
  "/reseaux",
  "/reseaux?enr_min=50&classe=oui",
  "/reseaux?q=rien-de-tel",
  "/reseaux/7501C",
  "/reseaux/0000C",
  "/communes/00001",
  "/donnees",
  "/pro/tests",
  "/api",
  "/integration",
  "/embed/carte",
  "/embed/test",
  "/accessibilite",
  "/mentions-legales",
  "/confidentialite",
  "/plan-du-site",
];

async function violations(path, colorScheme) {
  const { page, close } = await open(path, { colorScheme });
  // The page's own policy lets no script in: axe comes through the debugger.
  await page.evaluate(axe);
  const found = await page.evaluate(async () => {
    const { violations } = await window.axe.run(document, { iframes: false });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`);
  });
  await close();
  return found;
}

for (const [lang, prefix] of [["French", ""], ["English", "/en"]]) {
  for (const colorScheme of ["light", "dark"]) {
    test(`axe finds nothing on any page in ${lang}, ${colorScheme}`, async () => {
      const all = [];
      // English pages have the same shapes: dark is seen on the French ones.
      const paths = lang === "English" && colorScheme === "dark" ? PATHS.slice(0, 4) : PATHS;
      for (const path of paths) {
        for (const violation of await violations(prefix + path, colorScheme)) all.push(`${path} – ${violation}`);
      }
      assert.deepEqual(all, []);
    });
  }
}
