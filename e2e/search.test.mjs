import assert from "node:assert/strict";
import { test } from "node:test";
import { examples, open, site, withBrowser, written } from "./browser.mjs";

withBrowser();

const known = examples().find((example) => example.kind === "reseau_existant_proche");

test("an address is found with the keyboard alone", async () => {
  const { page, complaints, close } = await open("/");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute("href")), "#contenu", "the first stop skips to the content");
  for (let i = 0; i < 30 && (await page.evaluate(() => document.activeElement.id)) !== "adresse"; i++) await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.id), "adresse");
  await page.keyboard.type(known.address.slice(0, -4));
  await page.waitForSelector("[role=option]");
  assert.equal(await page.getAttribute("#adresse", "aria-expanded"), "true");
  await page.keyboard.press("ArrowDown");
  const active = await page.getAttribute("#adresse", "aria-activedescendant");
  assert.equal(await page.getAttribute(`#${active}`, "aria-selected"), "true");
  await Promise.all([page.waitForURL(/q=/), page.keyboard.press("Enter")]);
  assert.equal(await page.getAttribute(".verdict", "data-verdict"), known.kind);
  assert.deepEqual(complaints, []);
  await close();
});

test("Escape closes the list, then empties the field", async () => {
  const { page, close } = await open("/");
  await page.fill("#adresse", "");
  await page.type("#adresse", "port-cal");
  await page.waitForSelector("[role=option]");
  await page.keyboard.press("Escape");
  assert.equal(await page.getAttribute("#adresse", "aria-expanded"), "false");
  assert.equal(await page.inputValue("#adresse"), "port-cal");
  await page.keyboard.press("Escape");
  assert.equal(await page.inputValue("#adresse"), "");
  await close();
});

test("an address is found with the mouse", async () => {
  const { page, close } = await open("/");
  await page.type("#adresse", known.address);
  await page.waitForSelector("[role=option]");
  await Promise.all([page.waitForURL(/q=/), page.click("[role=option]")]);
  assert.equal(await page.getAttribute(".verdict", "data-verdict"), known.kind);
  await close();
});

test("on a phone the answer fits the width and says how far", async () => {
  const { page, close } = await open("/", { viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true });
  await page.fill("#adresse", known.address);
  // On a narrow screen the proposals lie over the button: one takes a proposal.
  await page.waitForSelector("[role=option]");
  await Promise.all([page.waitForURL(/q=/), page.tap("[role=option]")]);
  const title = await page.textContent(".verdict h1");
  assert.ok(title.includes(written(known.distance)), title);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(overflow <= 0, `${overflow} pixels too wide`);
  await close();
});

test("without JavaScript the form answers, and a doubtful address lists its candidates", async () => {
  const { page, close } = await open("/", { javaScriptEnabled: false });
  await page.fill("#adresse", known.address);
  await Promise.all([page.waitForURL(/q=/), page.click("button.main")]);
  assert.equal(await page.getAttribute(".verdict", "data-verdict"), known.kind);
  assert.equal(await page.locator(".js-only:visible").count(), 0, "no control that needs a script is shown");
  await close();
});

test("a town alone leads to its page", async () => {
  const { page, close } = await open("/?q=Port-Caloduc");
  assert.match(new URL(page.url()).pathname, /^\/communes\/\w{5}$/);
  assert.match(await page.textContent("h1"), /Port-Caloduc/);
  await close();
});

test("an unknown address keeps what was typed and says what to do", async () => {
  const { page, response, close } = await open("/?q=zzzzqqqq+wwww");
  assert.equal(response.status(), 422);
  assert.match(await page.textContent("[role=alert]"), /Adresse introuvable/);
  assert.equal(await page.inputValue("#adresse"), "zzzzqqqq wwww");
  await close();
});

test("an answer is kept nowhere and told to nobody", async () => {
  const response = await fetch(`${site}/?q=${encodeURIComponent(known.address)}`);
  assert.equal(response.headers.get("cache-control"), "no-store");
  assert.equal(response.headers.get("referrer-policy"), "no-referrer");
  assert.equal(response.headers.get("x-robots-tag"), "noindex");
  assert.equal(response.headers.get("set-cookie"), null);
  assert.match(await response.text(), /<meta name="robots" content="noindex">/);
});
