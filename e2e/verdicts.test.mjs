import assert from "node:assert/strict";
import { test } from "node:test";
import { examples, open, site, withBrowser, written } from "./browser.mjs";

withBrowser();

const TONES = {
  dans_pdp_reseau_existant: "yes",
  dans_pdp_reseau_futur: "soon",
  reseau_existant_tres_proche: "yes",
  reseau_futur_tres_proche: "soon",
  dans_zone_reseau_futur: "soon",
  reseau_existant_proche: "yes",
  reseau_futur_proche: "soon",
  reseau_existant_loin: "far",
  reseau_futur_loin: "far",
  dans_ville_reseau_existant_sans_trace: "check",
  trop_eloigne: "far",
};

const SAYS_DISTANCE = /^reseau_/;

for (const example of examples().filter(({ showing }) => showing.startsWith("Verdict"))) {
  test(`the answer of ${example.kind} has its tone, its distance, its date and prudent words`, async () => {
    const { page, complaints, close } = await open(`/?q=${encodeURIComponent(example.address)}`);
    assert.equal(await page.getAttribute(".verdict", "data-verdict"), example.kind);
    assert.ok((await page.getAttribute(".verdict", "class")).includes(TONES[example.kind]));
    const title = await page.textContent(".verdict h1");
    if (SAYS_DISTANCE.test(example.kind)) assert.ok(title.includes(written(example.distance)), title);
    const text = await page.textContent("main");
    assert.match(text, /DT-DICT/);
    assert.match(text, /Réponse établie sur/);
    assert.match(text, /obligation/);
    assert.equal(await page.locator(".plan svg[role=img]").count(), 1);
    assert.deepEqual(complaints, []);
    await close();
  });
}

test("heating per dwelling speaks of the works, shared heating does not", async () => {
  const example = examples().find(({ kind }) => kind === "reseau_existant_tres_proche");
  const text = async (heating) => (await fetch(`${site}/?q=${encodeURIComponent(example.address)}&chauffage=${heating}`)).text();
  assert.match(await text("individuel"), /travaux lourds/);
  assert.doesNotMatch(await text("collectif"), /travaux lourds/);
  assert.match(await text("inconnu"), /travaux lourds/);
});

test("cooling is a second answer where a cold network is near", async () => {
  const example = examples().find(({ showing }) => showing === "Cold");
  const { page, close } = await open(`/?lon=${example.lon}&lat=${example.lat}`);
  assert.match(await page.textContent(".verdict.second h2"), /réseau de froid/i);
  await close();
});

test("a closed network is named without making the address eligible", async () => {
  const example = examples().find(({ showing }) => showing === "ClosedNetwork");
  const { page, close } = await open(`/?lon=${example.lon}&lat=${example.lat}`);
  assert.match(await page.textContent(".verdict .body"), /pas signalé ouvert aux raccordements/);
  await close();
});

test("a priority area without network says so", async () => {
  const example = examples().find(({ showing }) => showing === "PriorityAreaAlone");
  const { page, close } = await open(`/?lon=${example.lon}&lat=${example.lat}`);
  assert.match(await page.textContent(".verdict .body"), /Réseau concerné non renseigné/);
  await close();
});

test("the same answer is told in English under /en", async () => {
  const example = examples().find(({ kind }) => kind === "reseau_existant_proche");
  const { page, close } = await open(`/en/?q=${encodeURIComponent(example.address)}`);
  assert.equal(await page.getAttribute("html", "lang"), "en");
  assert.match(await page.textContent(".verdict h1"), /A network passes .* away: worth a study/);
  await close();
});

test("the answer prints on its own, without menus", async () => {
  const example = examples()[0];
  const { page, close } = await open(`/?q=${encodeURIComponent(example.address)}`);
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.locator(".top").isVisible(), false);
  assert.equal(await page.locator("form.ask-form").first().isVisible(), false);
  assert.equal(await page.locator(".verdict h1").isVisible(), true);
  const pdf = await page.pdf({ format: "A4" });
  assert.ok(pdf.length > 10_000);
  await close();
});
