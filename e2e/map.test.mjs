import assert from "node:assert/strict";
import { test } from "node:test";
import { examples, open, withBrowser } from "./browser.mjs";

withBrowser();

const near = examples().find(({ kind }) => kind === "reseau_existant_tres_proche");
const view = `lon=${near.lon}&lat=${near.lat}&z=16`;

async function ready(path) {
  const opened = await open(path);
  await opened.page.waitForSelector("[data-map][data-ready=true]", { timeout: 60_000 });
  return opened;
}

test("a click on the map opens a sheet with a link to the network", async () => {
  const { page, foreign, complaints, close } = await ready(`/carte?${view}`);
  const target = await page.evaluate(() => {
    const map = window.caloducMap;
    const layers = ["heat", "classed"].filter((id) => map.getLayer(id));
    const canvas = map.getCanvas();
    for (let y = 100; y < canvas.clientHeight - 100; y += 4) {
      for (let x = 100; x < canvas.clientWidth - 450; x += 4) {
        const box = canvas.getBoundingClientRect();
        const isFree = document.elementFromPoint(box.left + x, box.top + y) === canvas;
        if (isFree && map.queryRenderedFeatures([x, y], { layers }).length > 0) {
          return { x: box.left + x, y: box.top + y };
        }
      }
    }
    return null;
  });
  assert.ok(target, "a pipe is drawn");
  await page.mouse.click(target.x, target.y);
  await page.waitForSelector("[data-sheet] article a[href*='/reseaux/']");
  assert.deepEqual(foreign, []);
  assert.deepEqual(complaints, []);
  await close();
});

test("switches and filters change what is drawn and stay in the address", async () => {
  const { page, close } = await ready(`/carte?${view}`);
  const drawn = () => page.evaluate(() => window.caloducMap.queryRenderedFeatures({ layers: ["heat", "classed"] }).length);
  assert.ok((await drawn()) > 0);
  for (const name of ["heat", "classed"]) await page.uncheck(`input[data-layer=${name}]`);
  await page.waitForFunction(() => window.caloducMap.queryRenderedFeatures({ layers: ["heat", "classed"] }).length === 0);
  assert.match(page.url(), /couches=/);
  for (const name of ["heat", "classed"]) await page.check(`input[data-layer=${name}]`);
  await page.click("summary:has-text('Filtres')");
  await page.fill("input[name=co2_max]", "1");
  await page.click("form[data-mapfilters] button.main");
  await page.waitForFunction(() => window.caloducMap.queryRenderedFeatures({ layers: ["heat", "classed"] }).length === 0);
  assert.match(page.url(), /co2_max=1/);
  await close();
});

test("an address is searched, its answer drawn with the line to the pipe", async () => {
  const { page, close } = await ready("/carte");
  await page.fill("#adresse", near.address);
  await page.press("#adresse", "Enter");
  await page.waitForSelector("[data-sheet] .tag.yes");
  await page.waitForFunction(() => window.caloducMap.loaded() && window.caloducMap.queryRenderedFeatures({ layers: ["foot"] }).length > 0);
  assert.match(page.url(), /point=/);
  await close();
});

test("one key leads from the map to its list, which holds the same frame", async () => {
  const { page, close } = await ready(`/carte?${view}`);
  await page.focus("canvas.maplibregl-canvas");
  await Promise.all([page.waitForURL(/vue=liste/), page.keyboard.press("l")]);
  assert.match(await page.textContent(".lead"), /Dans cette vue/);
  assert.ok((await page.locator("tbody tr").count()) > 0);
  await close();
});

test("with the keyboard, Enter opens the sheet of the centre and Escape comes back", async () => {
  const { page, close } = await ready(`/carte?${view}`);
  await page.focus("canvas.maplibregl-canvas");
  await page.keyboard.press("Enter");
  await page.waitForSelector("[data-sheet]:not([hidden]) h2:focus");
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("[data-sheet]").isVisible(), false);
  assert.equal(await page.evaluate(() => document.activeElement.className.includes("maplibregl-canvas")), true);
  await close();
});

test("without JavaScript the map page leads to the list", async () => {
  const { page, close } = await open("/carte", { javaScriptEnabled: false });
  assert.ok((await page.locator("a[href*='vue=liste']").count()) > 0);
  await close();
});

test("the map embeds in a frame of another site, and only it", async () => {
  const { response, close } = await open("/embed/carte");
  assert.match(response.headers()["content-security-policy"], /frame-ancestors \*/);
  await close();
  const other = await open("/");
  assert.match(other.response.headers()["content-security-policy"], /frame-ancestors 'none'/);
  await other.close();
});
