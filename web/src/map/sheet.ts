// The sheet that a click opens: each thing found apart, with its link; nothing from a tile is ever taken for HTML.

import type { MapGeoJSONFeature } from "maplibre-gl";
import type { Words } from "./words";

export interface Answer {
  title: string;
  words: string;
  tone: string;
  label: string;
  href: string;
  lon: number;
  lat: number;
  distance: string | null;
  foot: [number, number] | null;
  rings: number[];
}

function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  text?: string,
  ...children: Node[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (text) made.textContent = text;
  made.append(...children);
  return made;
}

function link(href: string, text: string): HTMLAnchorElement {
  const made = element("a", text);
  made.href = href;
  return made;
}

function fact(name: string, value: string): HTMLDivElement {
  return element("div", undefined, element("dt", name), element("dd", value));
}

export class Sheet {
  private before: HTMLElement | null = null;

  constructor(
    private readonly box: HTMLElement,
    private readonly w: Words,
    private readonly lang: string,
    private readonly actions: { test: (lon: number, lat: number) => void; centre: (lon: number, lat: number) => void },
    private readonly isEmbedded: boolean,
  ) {
    box.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
    });
  }

  close(): void {
    this.box.hidden = true;
    this.before?.focus();
    this.before = null;
  }

  private open(children: Node[], focus: "move" | "keep"): void {
    const close = element("button", this.w.close);
    close.type = "button";
    close.className = "close quiet";
    close.addEventListener("click", () => this.close());
    this.box.replaceChildren(close, ...children);
    this.box.hidden = false;
    if (focus === "move") {
      this.before = document.activeElement as HTMLElement | null;
      const title = this.box.querySelector<HTMLElement>("h2");
      if (title) {
        title.tabIndex = -1;
        title.focus();
      }
    }
  }

  private prefix(): string {
    return this.lang === "en" ? "/en" : "";
  }

  private target(made: HTMLAnchorElement): HTMLAnchorElement {
    if (this.isEmbedded) {
      made.target = "_blank";
      made.rel = "noopener";
    }
    return made;
  }

  showFeatures(features: MapGeoJSONFeature[], lon: number, lat: number, focus: "move" | "keep"): void {
    const seen = new Set<string>();
    const articles: Node[] = [];
    for (const feature of features) {
      const key = String(feature.properties.key ?? "");
      if (!key || seen.has(key)) continue;
      seen.add(key);
      articles.push(this.article(feature, key));
    }
    const title = element("h2", articles.length > 0 ? this.w.sheet : this.w.nothing);
    const buttons = element("p");
    buttons.className = "row";
    const test = element("button", this.w.testHere);
    test.type = "button";
    test.className = "main";
    test.addEventListener("click", () => this.actions.test(lon, lat));
    const centre = element("button", this.w.centreHere);
    centre.type = "button";
    centre.addEventListener("click", () => this.actions.centre(lon, lat));
    buttons.append(test, centre);
    this.open([title, ...articles, buttons], focus);
  }

  private article(feature: MapGeoJSONFeature, key: string): HTMLElement {
    const p = feature.properties as Record<string, string | number | boolean | undefined>;
    const kind = feature.sourceLayer as "heat" | "cold" | "projects" | "priority-areas";
    const name = String(p.name ?? p.id ?? this.w[kind]);
    const slug = kind !== "priority-areas" && p.id ? String(p.id) : key;
    const heading = element("h3", undefined, this.target(link(`${this.prefix()}/reseaux/${encodeURIComponent(slug)}`, name)));
    const said = [this.w[kind]];
    if (p.id) said.push(String(p.id));
    if (p.classified === true) said.push(this.w.classified);
    if (p.open === false) said.push(this.w.notOpen);
    if (p.traced === false) said.push(this.w.untraced);
    if (p.area === true) said.push(this.w.area);
    const about = element("p", said.join(" · "));
    about.className = "muted small";
    const facts = element("dl");
    facts.className = "facts small";
    if (p.operator) facts.append(fact(this.w.operator, String(p.operator)));
    const number = new Intl.NumberFormat(this.lang, { maximumFractionDigits: 1 });
    if (kind === "heat" || kind === "cold") {
      const rate = p.renewable_rate_pct;
      if (kind === "heat") facts.append(fact(this.w.rate, typeof rate === "number" ? `${number.format(rate)} %` : this.w.unknown));
      const co2 = p.co2_lca_kg_per_kwh;
      facts.append(fact(this.w.co2, typeof co2 === "number" ? `${number.format(Math.round(co2 * 1000))} g/kWh` : this.w.unknown));
      const deliveries = p.deliveries_total_mwh;
      if (typeof deliveries === "number") facts.append(fact(this.w.deliveries, `${number.format(deliveries / 1000)} GWh`));
    }
    if (p.commissioning) facts.append(fact(this.w.start, String(p.commissioning)));
    if (p.communes) facts.append(fact(this.w.towns, String(p.communes)));
    return element("article", undefined, heading, about, facts);
  }

  showAnswer(answer: Answer, focus: "move" | "keep"): void {
    const over = element("p", answer.words);
    over.className = `tag ${answer.tone}`;
    const title = element("h2", answer.title);
    const label = element("p", answer.label);
    label.className = "muted";
    this.open([over, title, label, element("p", undefined, this.target(link(answer.href, this.w.answer)))], focus);
  }

  showMessage(text: string): void {
    this.open([element("h2", text)], "keep");
  }
}
