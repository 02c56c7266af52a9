import assert from "node:assert/strict";
import { test } from "node:test";
import { open, site, withBrowser } from "./browser.mjs";

withBrowser();

test("the list filters, sorts and pages by address alone", async () => {
  const { page, close } = await open("/reseaux", { javaScriptEnabled: false });
  const all = Number.parseInt(await page.textContent(".pager strong"), 10);
  assert.ok(all > 3);
  await page.click("summary:has-text('Filtres')");
  await page.fill("input[name=enr_min]", "50");
  await Promise.all([page.waitForURL(/enr_min=50/), page.click(".filters button.main")]);
  const some = Number.parseInt(await page.textContent(".pager strong"), 10);
  assert.ok(some > 0 && some < all, `${some} of ${all}`);
  await Promise.all([page.waitForURL(/tri=-enr/), page.click("th a:has-text('EnR')")]);
  const rates = (await page.locator("tbody tr td:nth-child(4)").allTextContents()).map((text) => Number.parseFloat(text.replace(",", ".")));
  assert.deepEqual(rates, [...rates].sort((a, b) => b - a));
  assert.equal(await page.getAttribute("th[aria-sort]", "aria-sort"), "descending");
  await Promise.all([page.waitForURL((url) => !url.search.includes("enr_min")), page.click(".chips a")]);
  await close();
});

test("the filtered list comes as CSV and as a workbook", async () => {
  const csv = await (await fetch(`${site}/reseaux.csv?enr_min=50`)).text();
  const [head, ...rows] = csv.trim().split("\n");
  assert.ok(head.startsWith("cle,identifiant,type,nom"));
  assert.ok(rows.length > 0);
  const bytes = new Uint8Array(await (await fetch(`${site}/reseaux.xlsx`)).arrayBuffer());
  assert.deepEqual([...bytes.slice(0, 2)], [0x50, 0x4b]);
});

test("a sheet is reached by identifier or key, and a wrong identifier proposes near ones", async () => {
  const { page, close } = await open("/reseaux");
  await Promise.all([page.waitForURL(/\/reseaux\/.+/), page.click("tbody th a")]);
  assert.ok((await page.textContent("h1")).length > 0);
  assert.equal(await page.locator("form.ask-form").count(), 1);
  await close();
  const wrong = await open("/reseaux/7502C");
  assert.equal(wrong.response.status(), 404);
  assert.ok(await wrong.page.locator("main li a").count() > 0);
  await wrong.close();
});

test("no page of the list loads anything from elsewhere", async () => {
  for (const path of ["/", "/reseaux", "/donnees", "/api", "/integration"]) {
    const { foreign, complaints, close } = await open(path);
    assert.deepEqual(foreign, []);
    assert.deepEqual(complaints, [], path);
    await close();
  }
});

test("the home page weighs less than 150 kB and does not load the map", async () => {
  const context = await open("/");
  const sizes = await context.page.evaluate(() =>
    [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")].map((entry) => [entry.name, entry.decodedBodySize]),
  );
  const total = sizes.reduce((sum, [, size]) => sum + size, 0);
  assert.ok(total > 0 && total < 150_000, `${total} bytes`);
  assert.ok(sizes.every(([name]) => !/map\.(js|css)/.test(name)));
  await context.close();
});
