import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
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

test("the map shows the points, filtered like the table, and opens a row", async () => {
  const id = await tested();
  for (const [device, options] of sizes) {
    const { page, foreign, complaints, close } = await open(`/pro/tests/${id}?vue=carte`, options);
    await page.waitForSelector("[data-batch-map][data-ready=true]", { timeout: 60_000 });
    assert.ok(Number(await page.getAttribute("[data-batch-map]", "data-shown")) > 0, device);
    assert.ok((await page.textContent("main")).includes(`${COUNT - 2} lignes situées`), device);
    assert.deepEqual(await violations(page), []);
    await page.selectOption("#filtre", "introuvable");
    await Promise.all([page.waitForURL(/filtre=introuvable/), page.click(".rowsearch button")]);
    await page.waitForSelector("[data-batch-map][data-ready=true]", { timeout: 60_000 });
    assert.equal(await page.getAttribute("[data-batch-map]", "data-shown"), "0");
    await page.goto(`${site}/pro/tests/${id}?vue=carte&q=${encodeURIComponent(shown[0].address.slice(0, 12))}`);
    await page.waitForSelector("[data-batch-map][data-ready=true]", { timeout: 60_000 });
    assert.deepEqual([foreign, complaints], [[], []]);
    await close();
  }
  // One row alone, in the middle of the map.
  const { page, close } = await open(`/pro/tests/${id}?vue=carte&q=${encodeURIComponent(shown[0].address)}`);
  await page.waitForSelector("[data-batch-map][data-ready=true]", { timeout: 60_000 });
  const stage = await page.locator("[data-canvas]").boundingBox();
  await page.mouse.click(stage.x + stage.width / 2, stage.y + stage.height / 2);
  const link = page.locator(".batchpopup a");
  await link.waitFor();
  assert.match(await link.getAttribute("href"), /\/lignes\/\d+$/);
  await page.waitForFunction((asked) => document.querySelector(".batchpopup strong")?.textContent === asked, shown[0].address);
  await close();
});

/** A file of several pieces, on the disk so that its date is the same each time it is chosen. */
function longFile() {
  const folder = mkdtempSync(join(tmpdir(), "caloduc-long-"));
  const path = join(folder, "long.csv");
  const line = `${rows[0]};${"x".repeat(4000)}\n`;
  writeFileSync(path, `ref;adresse;note\n${line.repeat(Math.ceil(10_000_000 / line.length))}`);
  return { path, end: () => rmSync(folder, { recursive: true, force: true }) };
}

test("an upload that is cut goes on by itself", async () => {
  const { path, end } = longFile();
  const { page, close } = await open("/pro/tests");
  const offsets = [];
  let cuts = 2;
  await page.route("**/api/v2/batches/uploads/*", (route) => {
    const request = route.request();
    if (request.method() === "PATCH") {
      offsets.push(Number(request.headers()["upload-offset"]));
      if (offsets.length > 1 && cuts-- > 0) return route.abort("connectionreset");
    }
    return route.continue();
  });
  await page.setInputFiles("#file", path);
  await Promise.all([page.waitForURL(/\/pro\/tests\/[a-z2-7]{32}$/, { timeout: 60_000 }), page.click("form[data-upload] button.main")]);
  assert.ok((await page.textContent("main")).includes("long.csv"));
  // The second piece was sent three times from where the first one ended, and nothing twice.
  assert.deepEqual(offsets.slice(0, 5), [0, 4194304, 4194304, 4194304, 8388608]);
  assert.equal(await page.evaluate(() => localStorage.getItem("caloduc-envois")), null);
  await close();
  end();
});

test("an upload left by its page is taken up when the same file is chosen again", async () => {
  const { path, end } = longFile();
  const { page, close } = await open("/pro/tests");
  const asked = [];
  let isCut = true;
  await page.route("**/api/v2/batches/uploads**", (route) => {
    const request = route.request();
    const offset = request.headers()["upload-offset"] ?? "";
    asked.push(`${request.method()} ${offset}`.trim());
    return isCut && request.method() === "PATCH" && offset !== "0" ? route.abort("connectionreset") : route.continue();
  });
  await page.setInputFiles("#file", path);
  await page.click("form[data-upload] button.main");
  await page.waitForFunction(() => document.querySelector("[data-upload-status]")?.textContent?.includes("Connexion coupée"));
  assert.deepEqual(await violations(page), []);
  isCut = false;
  asked.length = 0;
  await page.reload();
  await page.setInputFiles("#file", path);
  await Promise.all([page.waitForURL(/\/pro\/tests\/[a-z2-7]{32}$/, { timeout: 60_000 }), page.click("form[data-upload] button.main")]);
  assert.deepEqual(asked.slice(0, 2), ["HEAD", "PATCH 4194304"]);
  assert.ok(!asked.includes("POST"));
  await close();
  end();
});

test("a file too big is refused before it is sent, with what to do", async () => {
  const { page, close } = await open("/pro/tests");
  await page.route("**/api/v2/batches/uploads", (route) => {
    const headers = { ...route.request().headers(), "upload-length": "99999999999" };
    return route.continue({ headers });
  });
  await page.setInputFiles("#file", { name: "parc.csv", mimeType: "text/csv", buffer: Buffer.from(FILE) });
  await page.click("form[data-upload] button.main");
  await page.waitForFunction(() => document.querySelector("[data-upload-status]")?.textContent?.includes("trop gros"));
  assert.ok(await page.isEnabled("form[data-upload] button.main"));
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
  for (const path of ["", "?vue=tableau", "?vue=carte", "?vue=changements", "/lignes/0"]) {
    const { page, close } = await open(`/pro/tests/${id}${path}`, { colorScheme: "dark" });
    assert.deepEqual(await violations(page), [], path);
    await close();
  }
});
