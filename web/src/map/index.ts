// The map: our tiles, switches, filters, sheets, the answer drawn, tools, and the whole state in the address.

import "maplibre-gl/dist/maplibre-gl.css";
import { AttributionControl, Map as MapView, NavigationControl, ScaleControl, setWorkerUrl } from "maplibre-gl";
import type { ExpressionSpecification, GeoJSONSource, MapMouseEvent, StyleSpecification } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import { Combobox } from "../combobox";
import { networkFilter } from "./filters";
import { Sheet, type Answer } from "./sheet";
import { lengthM, ring, type Position } from "./shapes";
import { hatch, ownLayers, PICKED, style, SWITCHES, type Switch } from "./style";
import { palette } from "./theme";
import { metres, words, type Words } from "./words";

setWorkerUrl(workerUrl);

const BASE_WAIT_MS = 3000;

class NetworkMap {
  private readonly lang: string;
  private readonly w: Words;
  private readonly isEmbedded: boolean;
  private readonly query = new URLSearchParams(window.location.search);
  private readonly sheet: Sheet;
  private readonly status: HTMLElement | null;
  private map!: MapView;
  private base: StyleSpecification | null = null;
  private shown = new Set<Switch>(SWITCHES);
  private measured: Position[] | null = null;
  private answer: Answer | null = null;

  constructor(private readonly stage: HTMLElement) {
    this.lang = stage.dataset.lang ?? "fr";
    this.w = words(this.lang);
    this.isEmbedded = stage.dataset.embedded !== undefined;
    this.status = stage.querySelector("[data-status]");
    const layers = this.query.get("couches")?.split(",");
    if (layers) this.shown = new Set(SWITCHES.filter((name) => layers.includes(name)));
    const sheet = stage.querySelector<HTMLElement>("[data-sheet]");
    if (!sheet) throw new Error("the map needs its sheet");
    this.sheet = new Sheet(
      sheet,
      this.w,
      this.lang,
      {
        test: (lon, lat) => void this.test(new URLSearchParams({ lon: lon.toFixed(6), lat: lat.toFixed(6) }), "keep"),
        centre: (lon, lat) => this.map.easeTo({ center: [lon, lat], duration: this.duration() }),
      },
      this.isEmbedded,
    );
  }

  async start(): Promise<void> {
    const canvas = this.stage.querySelector<HTMLElement>("[data-canvas]");
    if (!canvas) return;
    if (!document.createElement("canvas").getContext("webgl2")) {
      this.say(this.w.noWebgl);
      if (!this.isEmbedded) window.location.replace(this.listHref());
      return;
    }
    this.say(this.w.loading);
    this.base = await this.outsideBase();
    const [west = -5.2, south = 41.3, east = 9.6, north = 51.1] = (this.stage.dataset.bounds ?? "").split(",").map(Number);
    const lon = Number.parseFloat(this.query.get("lon") ?? "");
    const lat = Number.parseFloat(this.query.get("lat") ?? "");
    const zoom = Number.parseFloat(this.query.get("z") ?? "");
    const hasView = Number.isFinite(lon) && Number.isFinite(lat);
    this.map = new MapView({
      container: canvas,
      style: this.style(),
      ...(hasView
        ? { center: [lon, lat] as Position, zoom: Number.isFinite(zoom) ? zoom : 14 }
        : { bounds: [west, south, east, north] as [number, number, number, number], fitBoundsOptions: { padding: 40 } }),
      attributionControl: false,
      canvasContextAttributes: { preserveDrawingBuffer: true },
      maxZoom: 20,
      dragRotate: false,
      pitchWithRotate: false,
      locale: {
        "NavigationControl.ZoomIn": this.w.zoomIn,
        "NavigationControl.ZoomOut": this.w.zoomOut,
        "NavigationControl.ResetBearing": this.w.north,
        "Map.Title": this.w.map,
      },
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.addControl(new NavigationControl({ showCompass: false }), "top-right");
    this.map.addControl(new ScaleControl({ maxWidth: 120 }), "bottom-right");
    this.map.addControl(new AttributionControl({ compact: true, customAttribution: this.w.credit }), "bottom-right");
    this.listen();
    this.wire();
    Object.assign(window, { caloducMap: this.map });
    const point = this.query.get("point")?.split(",");
    if (point?.length === 2) {
      await this.test(new URLSearchParams({ lon: point[0] ?? "", lat: point[1] ?? "" }), "keep");
    }
  }

  /** The outside style the deployer chose, when it can be reached; never waited for long. */
  private async outsideBase(): Promise<StyleSpecification | null> {
    const address = this.stage.dataset.base;
    if (!address) return null;
    try {
      const response = await fetch(address, { signal: AbortSignal.timeout(BASE_WAIT_MS) });
      if (response.ok) return (await response.json()) as StyleSpecification;
    } catch {
      // Said below: our own layers stand in.
    }
    return null;
  }

  private style(): StyleSpecification {
    return style(palette(), this.base, this.stage.dataset.addresses === undefined ? "absent" : "there");
  }

  private say(text: string): void {
    if (this.status) this.status.textContent = text;
  }

  private duration(): number {
    return window.matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 400;
  }

  private listen(): void {
    const { map } = this;
    map.on("style.load", () => {
      if (!map.hasImage("hatch")) map.addImage("hatch", hatch(palette()), { pixelRatio: 2 });
      this.apply();
      this.drawAnswer();
    });
    map.once("idle", () => {
      this.say(this.stage.dataset.base && !this.base ? this.w.noBase : "");
      this.stage.dataset.ready = "true";
    });
    map.on("moveend", () => this.remember());
    map.on("click", (event) => this.clicked(event));
    map.on("mousemove", (event) => {
      const hit = map.queryRenderedFeatures(this.around(event.point.x, event.point.y), { layers: this.pickable() })[0];
      map.getCanvas().style.cursor = this.measured ? "crosshair" : hit ? "pointer" : "";
      const name = hit?.properties.name ?? hit?.properties.id;
      map.getCanvas().title = name ? String(name) : "";
    });
    map.getCanvas().addEventListener("keydown", (event) => this.pressed(event));
    document.addEventListener("caloduc:theme", () => this.restyle());
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.restyle());
  }

  private restyle(): void {
    if (this.map.hasImage("hatch")) this.map.updateImage("hatch", hatch(palette()));
    this.map.setStyle(this.style(), { diff: true });
    this.map.once("styledata", () => {
      this.apply();
      this.drawAnswer();
    });
  }

  /** Switches and filters, put into the style. */
  private apply(): void {
    const filter = networkFilter(this.query);
    const sorts = this.query.getAll("type").filter(Boolean);
    const allowed = (source: string): boolean => {
      const sort = source === "heat" ? "chaleur" : source === "cold" ? "froid" : source === "projects" ? "projet" : "";
      return sorts.length === 0 || sort === "" || sorts.includes(sort);
    };
    for (const own of ownLayers(palette())) {
      const { id } = own.layer;
      if (!this.map.getLayer(id)) continue;
      const source = "source" in own.layer ? String(own.layer.source) : "";
      const isShown = this.shown.has(own.switch) && allowed(source);
      this.map.setLayoutProperty(id, "visibility", isShown ? "visible" : "none");
      const whole: ExpressionSpecification = own.filtered ? ["all", own.always, filter] : own.always;
      this.map.setFilter(id, whole);
    }
  }

  private pickable(): string[] {
    return PICKED.filter((id) => this.map.getLayer(id));
  }

  /** A finger's width around a point of the screen. */
  private around(x: number, y: number): [[number, number], [number, number]] {
    const reach = window.matchMedia("(pointer: coarse)").matches ? 14 : 6;
    return [[x - reach, y - reach], [x + reach, y + reach]];
  }

  private clicked(event: MapMouseEvent): void {
    const { lng, lat } = event.lngLat;
    if (this.measured) {
      this.measured.push([lng, lat]);
      this.drawMeasure();
      return;
    }
    this.open(event.point.x, event.point.y, lng, lat, "keep");
  }

  private open(x: number, y: number, lon: number, lat: number, focus: "move" | "keep"): void {
    const found = this.map.queryRenderedFeatures(this.around(x, y), { layers: this.pickable() });
    this.sheet.showFeatures(found, lon, lat, focus);
  }

  private pressed(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "l" || event.key === "L") {
      if (!this.isEmbedded) window.location.assign(this.listHref());
    } else if (event.key === "Enter") {
      const canvas = this.map.getCanvas();
      const { lng, lat } = this.map.getCenter();
      this.open(canvas.clientWidth / 2, canvas.clientHeight / 2, lng, lat, "move");
    } else if (event.key === "Escape") {
      if (this.measured) this.endMeasure();
      else this.sheet.close();
    }
  }

  /** Puts the view, the switches and the point in the address of the page and of its links. */
  private remember(): void {
    if (this.isEmbedded) return;
    const { lng, lat } = this.map.getCenter();
    this.query.set("lon", lng.toFixed(5));
    this.query.set("lat", lat.toFixed(5));
    this.query.set("z", this.map.getZoom().toFixed(2));
    if (this.shown.size === SWITCHES.length) this.query.delete("couches");
    else this.query.set("couches", SWITCHES.filter((name) => this.shown.has(name)).join(","));
    window.history.replaceState(null, "", `${window.location.pathname}?${this.query}`);
    for (const link of document.querySelectorAll<HTMLAnchorElement>("a[data-list]")) link.href = this.listHref();
    const other = document.querySelector<HTMLAnchorElement>(".foot a[hreflang]");
    if (other) other.search = this.query.toString();
  }

  private listHref(): string {
    const query = new URLSearchParams(this.query);
    query.set("vue", "liste");
    return `${this.lang === "en" ? "/en" : ""}/carte?${query}`;
  }

  /** Asks for the answer of a place and draws it. */
  private async test(asked: URLSearchParams, focus: "move" | "keep"): Promise<void> {
    const prefix = this.lang === "en" ? "/en" : "";
    try {
      const response = await fetch(`${prefix}/carte/reponse?${asked}`);
      if (!response.ok) {
        this.sheet.showMessage(this.w.notFound);
        return;
      }
      this.answer = (await response.json()) as Answer;
    } catch {
      this.sheet.showMessage(this.w.notFound);
      return;
    }
    const { lon, lat } = this.answer;
    this.query.set("point", `${lon.toFixed(6)},${lat.toFixed(6)}`);
    this.drawAnswer();
    this.sheet.showAnswer(this.answer, focus);
    const far = Math.max(120, ...this.answer.rings, lengthM(this.answer.foot ? [[lon, lat], this.answer.foot] : []));
    const edge = ring([lon, lat], far * 1.15);
    const lons = edge.map((p) => p[0]);
    const lats = edge.map((p) => p[1]);
    this.map.fitBounds(
      [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)],
      { padding: 30, maxZoom: 17, duration: this.duration() },
    );
    this.remember();
  }

  private drawAnswer(): void {
    const source = this.map.getSource<GeoJSONSource>("answer");
    if (!source || !this.answer) return;
    const { lon, lat, foot, rings, distance } = this.answer;
    const feature = (geometry: GeoJSON.Geometry, properties: object): GeoJSON.Feature => ({ type: "Feature", geometry, properties: { ...properties } });
    const features = rings.map((radius) =>
      feature({ type: "LineString", coordinates: ring([lon, lat], radius) }, { shape: "ring", label: `${radius} m` }),
    );
    if (foot) {
      features.push(feature({ type: "LineString", coordinates: [[lon, lat], foot] }, { shape: "foot", label: distance ?? "" }));
    }
    features.push(feature({ type: "Point", coordinates: [lon, lat] }, { shape: "place" }));
    source.setData({ type: "FeatureCollection", features });
  }

  private drawMeasure(): void {
    const points = this.measured ?? [];
    const features: GeoJSON.Feature[] = points.map((p) => ({ type: "Feature", geometry: { type: "Point", coordinates: p }, properties: {} }));
    if (points.length > 1) {
      features.push({ type: "Feature", geometry: { type: "LineString", coordinates: points }, properties: {} });
    }
    this.map.getSource<GeoJSONSource>("measure")?.setData({ type: "FeatureCollection", features });
    this.say(points.length > 1 ? metres(lengthM(points), this.lang) : this.measured ? this.w.measure : "");
  }

  private endMeasure(): void {
    this.measured = null;
    this.drawMeasure();
    document.querySelector("[data-tool=measure]")?.setAttribute("aria-pressed", "false");
  }

  private wire(): void {
    for (const box of document.querySelectorAll<HTMLInputElement>("input[data-layer]")) {
      const name = box.dataset.layer as Switch;
      box.checked = this.shown.has(name);
      box.addEventListener("change", () => {
        if (box.checked) this.shown.add(name);
        else this.shown.delete(name);
        this.apply();
        this.remember();
      });
    }
    const filters = document.querySelector<HTMLFormElement>("form[data-mapfilters]");
    filters?.addEventListener("submit", (event) => {
      event.preventDefault();
      const names = new Set([...filters.elements].map((field) => (field as HTMLInputElement).name).filter(Boolean));
      for (const name of names) this.query.delete(name);
      for (const [name, value] of new FormData(filters)) {
        if (typeof value === "string" && value) this.query.append(name, value);
      }
      this.apply();
      this.remember();
    });
    this.wireSearch();
    this.wireTools();
  }

  private wireSearch(): void {
    const form = document.querySelector<HTMLFormElement>("form[data-mapsearch]");
    const box = form?.querySelector<HTMLElement>("[data-combo]");
    const input = form?.querySelector<HTMLInputElement>("input[name=q]");
    if (!form || !box || !input) return;
    new Combobox(box, (taken) => {
      void this.test(new URLSearchParams({ q: taken.label, lon: String(taken.lon), lat: String(taken.lat) }), "move");
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (input.value.trim()) void this.test(new URLSearchParams({ q: input.value }), "move");
    });
    document.querySelector("[data-map-locate]")?.addEventListener("click", () => {
      navigator.geolocation?.getCurrentPosition(
        ({ coords }) => void this.test(new URLSearchParams({ lon: String(coords.longitude), lat: String(coords.latitude) }), "move"),
        () => this.say(this.w.moved),
        { enableHighAccuracy: true, timeout: 10_000 },
      );
    });
  }

  private wireTools(): void {
    for (const button of document.querySelectorAll<HTMLButtonElement>("[data-tool]")) {
      button.addEventListener("click", () => this.use(button));
    }
  }

  private use(button: HTMLButtonElement): void {
    switch (button.dataset.tool) {
      case "measure":
        if (this.measured) {
          this.endMeasure();
        } else {
          this.measured = [];
          button.setAttribute("aria-pressed", "true");
          this.drawMeasure();
        }
        break;
      case "print":
        window.print();
        break;
      case "png":
        this.savePng();
        break;
      case "export": {
        const bounds = this.map.getBounds();
        const query = new URLSearchParams(this.query);
        query.set("bbox", [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()].map((v) => v.toFixed(6)).join(","));
        window.location.assign(`/carte/vue.geojson?${query}`);
        break;
      }
      case "link":
        void navigator.clipboard.writeText(window.location.href).then(() => this.say(button.dataset.copied ?? ""));
        break;
    }
  }

  /** The view as an image, with what it is made of written under it. */
  private savePng(): void {
    const drawn = this.map.getCanvas();
    const band = Math.round(drawn.width * 0.03) + 12;
    const canvas = document.createElement("canvas");
    canvas.width = drawn.width;
    canvas.height = drawn.height + band;
    const context = canvas.getContext("2d");
    if (!context) return;
    const p = palette();
    context.fillStyle = p.card;
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(drawn, 0, 0);
    context.fillStyle = p.ink;
    context.font = `${Math.round(band * 0.5)}px system-ui, sans-serif`;
    const edition = document.querySelector(".foot p, .credit")?.textContent ?? "caloduc";
    context.fillText(edition.trim(), 10, drawn.height + band * 0.68, canvas.width - 20);
    canvas.toBlob((blob) => {
      if (!blob) return;
      const link = document.createElement("a");
      link.href = URL.createObjectURL(blob);
      link.download = "caloduc-carte.png";
      link.click();
      URL.revokeObjectURL(link.href);
    });
  }
}

for (const stage of document.querySelectorAll<HTMLElement>("[data-map]")) {
  void new NetworkMap(stage).start();
}
