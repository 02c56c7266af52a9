import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { examples, open, site, withBrowser } from "./browser.mjs";

withBrowser();

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

const shown = examples().filter(({ address }) => address);
const rows = shown.map(({ address }, at) => `${at + 1};"${address.replaceAll('"', '""')}"`);
const FILE = `ref;adresse\n${rows.join("\n")}\n998;???\n999;\n`;
const COUNT = rows.length + 2;

async function violations(page) {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { violations } = await window.axe.run(document, { iframes: false });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`);
  });
}

/** Gives the file through the API; its link. */
async function tested() {
  const form = new FormData();
  form.append("file", new Blob([FILE], { type: "text/csv" }), "parc.csv");
  const answer = await fetch(`${site}/api/v2/batches`, { method: "POST", body: form });
  assert.equal(answer.status, 202);
  const { id } = await answer.json();
  for (let i = 0; i < 200; i++) {
    const batch = await (await fetch(`${site}/api/v2/batches/${id}`)).json();
    if (batch.state === "done") return id;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error("the batch does not end");
}

const sizes = [["a desktop", {}], ["a phone", PHONE]];

for (const [device, options] of sizes) {
  test(`on ${device}, with the keyboard alone, a file is given, tested, read and erased`, async () => {
    const { page, foreign, complaints, close } = await open("/pro/tests", options);
    assert.deepEqual(await violations(page), []);
    await page.setInputFiles("#file", { name: "parc.csv", mimeType: "text/csv", buffer: Buffer.from(FILE) });
    await page.focus("form[data-upload] button.main");
    await Promise.all([page.waitForURL(/\/pro\/tests\/[a-z2-7]{32}$/), page.keyboard.press("Enter")]);
    assert.deepEqual(await violations(page), []);
    assert.ok(await page.isChecked("input[name=columns][value=adresse]"));
    assert.equal(await page.locator("#apercu ~ .tablebox tbody tr").count(), Math.min(10, COUNT));
    await page.focus("button.main");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".tiles", { timeout: 30_000 });
    assert.deepEqual(await violations(page), []);
    const link = page.url().replace(/\?.*/, "");
    // The rows that have no answer, by the figure that counts them.
    await page.focus(".tiles a[href*=introuvable]");
    await Promise.all([page.waitForURL(/filtre=introuvable/), page.keyboard.press("Enter")]);
    assert.equal(await page.locator("tbody tr").count(), 2);
    assert.deepEqual(await violations(page), []);
    await page.goto(link);
    const last = page.locator("details.more summary").last();
    await last.focus();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    await Promise.all([page.waitForURL(/efface=oui/), page.keyboard.press("Enter")]);
    complaints.length = 0;
    assert.equal((await page.goto(link)).status(), 404);
    assert.deepEqual(foreign, []);
    await close();
  });
}

test("without JavaScript a pasted list is tested to the end", async () => {
  const { page, close } = await open("/en/pro/tests", { javaScriptEnabled: false });
  await page.fill("#text", shown.slice(0, 3).map(({ address }) => address).join("\n"));
  await Promise.all([page.waitForURL(/\/en\/pro\/tests\/[a-z2-7]{32}$/), page.click("form[data-upload] button.main")]);
  await page.click("button.main");
  for (let i = 0; i < 60 && (await page.locator(".tiles").count()) === 0; i++) {
    await page.waitForTimeout(200);
    await page.goto(page.url());
  }
  assert.ok((await page.textContent("main")).includes("3 rows"));
  await close();
});

test("the table filters, searches, sorts and pages by its address", async () => {
  const id = await tested();
  const { page, complaints, close } = await open(`/pro/tests/${id}?vue=tableau&tri=distance`);
  assert.equal(await page.getAttribute("th[aria-sort]", "aria-sort"), "ascending");
  await page.selectOption("#filtre", "eligible");
  await Promise.all([page.waitForURL(/filtre=eligible/), page.click(".rowsearch button")]);
  assert.ok(page.url().includes("tri=distance"));
  const tones = await page.locator("tbody .tag:first-child").evaluateAll((tags) => tags.map((tag) => tag.className));
  assert.ok(tones.length > 0 && tones.every((tone) => !tone.includes("far")), String(tones));
  await page.fill("#q", "ref-inconnue");
  await Promise.all([page.waitForURL(/q=ref/), page.click(".rowsearch button")]);
  assert.ok((await page.textContent("main")).includes("Aucune ligne ne répond"));
  assert.deepEqual(complaints, []);
  await close();
});

test("a row without a place is put right on the spot", async () => {
  const id = await tested();
  const { page, close } = await open(`/pro/tests/${id}/lignes/${COUNT - 2}`);
  assert.deepEqual(await violations(page), []);
  await page.fill("#lon", shown[0].lon);
  await page.fill("#lat", shown[0].lat);
  await Promise.all([page.waitForURL(/corrige=oui/), page.click("form:has(#lon) button[type=submit]")]);
  assert.ok((await page.textContent("main")).includes("corrigée"));
  const batch = await (await fetch(`${site}/api/v2/batches/${id}`)).json();
  assert.equal(batch.errors, 1);
  await close();
});

test("the map shows the points, and the table says the same", async () => {
  const id = await tested();
  const { page, foreign, close } = await open(`/pro/tests/${id}?vue=carte`);
  await page.waitForSelector("[data-batch-map][data-ready=true]", { timeout: 60_000 });
  assert.deepEqual(await violations(page), []);
  const points = await (await fetch(`${site}/pro/tests/${id}/points.geojson`)).json();
  assert.equal(points.features.length, COUNT - 2);
  assert.deepEqual(foreign, []);
  await close();
});

test("a shared link looks and cannot change", async () => {
  const id = await tested();
  const { page, close } = await open(`/pro/tests/${id}`);
  await page.click("summary:has-text('Partager')");
  await page.click("form[action$='/partager'] button");
  const href = await page.getAttribute(".notice a[href*='/pro/tests/']", "href");
  const shared = new URL(href).pathname;
  await page.goto(site + shared);
  assert.equal(await page.locator("form[action$='/effacer']").count(), 0);
  assert.ok(await page.locator("a[download]").count() >= 2);
  const refused = await fetch(`${site}${shared}/effacer`, { method: "POST", redirect: "manual" });
  assert.equal(refused.status, 403);
  await close();
});

test("in the dark, no view has a fault that axe sees", async () => {
  const id = await tested();
  for (const path of ["", "?vue=tableau", "?vue=changements", "/lignes/0"]) {
    const { page, close } = await open(`/pro/tests/${id}${path}`, { colorScheme: "dark" });
    assert.deepEqual(await violations(page), [], path);
    await close();
  }
});
