// The private map of a batch, and the small one on which a point is put right.

import "maplibre-gl/dist/maplibre-gl.css";
import { AttributionControl, Map as MapView, Marker, NavigationControl, Popup, setWorkerUrl } from "maplibre-gl";
import type { ExpressionSpecification, LayerSpecification } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import { hatch, style } from "./map/style";
import { palette } from "./map/theme";
import { words } from "./map/words";

setWorkerUrl(workerUrl);

const FRANCE: [number, number, number, number] = [-5.2, 41.3, 9.6, 51.1];

function view(stage: HTMLElement): MapView | null {
  const canvas = stage.querySelector<HTMLElement>("[data-canvas]");
  if (!canvas || !document.createElement("canvas").getContext("webgl2")) return null;
  const w = words(document.documentElement.lang);
  const map = new MapView({
    container: canvas,
    style: style(palette(), null, "there"),
    bounds: FRANCE,
    attributionControl: false,
    maxZoom: 20,
    dragRotate: false,
    pitchWithRotate: false,
    locale: { "NavigationControl.ZoomIn": w.zoomIn, "NavigationControl.ZoomOut": w.zoomOut, "Map.Title": stage.dataset.label ?? "" },
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new AttributionControl({ compact: true, customAttribution: w.credit }), "bottom-right");
  map.on("style.load", () => {
    if (!map.hasImage("hatch")) map.addImage("hatch", hatch(palette()), { pixelRatio: 2 });
  });
  return map;
}

function tone(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/** A colour of the style sheet as the map reads it. */
function resolved(name: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour || tone(name);
}

/** Tone and words of each verdict. */
type Kinds = Record<string, [string, string]>;

interface Row {
  question: string;
  line: number;
  verdict: { distance_m: number | null } | null;
}

const isGathered: ExpressionSpecification = [">", ["get", "n"], 1];

function pointLayers(kinds: Kinds): LayerSpecification[] {
  const colours = Object.entries(kinds).flatMap(([kind, [name]]) => [kind, resolved(name)]);
  const gathered: ExpressionSpecification = ["interpolate", ["linear"], ["log10", ["get", "n"]], 0, 8, 2, 12, 4, 16];
  const radius = (alone: number): ExpressionSpecification => ["case", isGathered, gathered, alone];
  const p = palette();
  return [
    {
      id: "points",
      type: "circle",
      source: "points",
      "source-layer": "points",
      paint: {
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 8, radius(3), 15, radius(7)],
        "circle-color": ["match", ["get", "type"], ...colours, resolved("check")] as unknown as ExpressionSpecification,
        "circle-stroke-color": p.card,
        "circle-stroke-width": 1.5,
      },
    },
    {
      id: "counts",
      type: "symbol",
      source: "points",
      "source-layer": "points",
      filter: isGathered,
      layout: { "text-field": ["number-format", ["get", "n"], { locale: document.documentElement.lang }], "text-font": ["Noto Sans Bold"], "text-size": 11 },
      paint: { "text-color": p.card },
    },
  ];
}

/** What is known of a row at once, then the rest. */
function rowBox(stage: HTMLElement, row: number, words: string): HTMLElement {
  const { rows = "", lines = "", open = "", line = "" } = stage.dataset;
  const box = document.createElement("div");
  box.className = "batchpopup";
  const title = document.createElement("strong");
  title.textContent = line;
  const verdict = document.createElement("p");
  verdict.textContent = words;
  const link = document.createElement("a");
  link.href = `${lines}${row}`;
  link.textContent = open;
  box.append(title, verdict, link);
  const told = fetch(`${rows}${row}`).then(async (answer) => (answer.ok ? ((await answer.json()) as { row: Row }).row : null));
  void told.then(
    (found) => {
      if (!found) return;
      title.textContent = found.question || `${line} ${found.line}`;
      const metres = found.verdict?.distance_m;
      if (typeof metres === "number") verdict.textContent = `${words}, ${metres}\u00a0m`;
    },
    () => undefined,
  );
  return box;
}

async function batchMap(stage: HTMLElement): Promise<void> {
  const map = view(stage);
  if (!map) return;
  const { tiles = "", bounds = "", kinds: written = "{}" } = stage.dataset;
  const kinds = JSON.parse(written) as Kinds;
  await new Promise<void>((done) => void map.once("load", () => done()));
  map.addSource("points", { type: "vector", tiles: [window.location.origin + tiles], maxzoom: 18 });
  for (const layer of pointLayers(kinds)) map.addLayer(layer);
  if (bounds) map.fitBounds(JSON.parse(bounds) as [number, number, number, number], { padding: 40, maxZoom: 16, duration: 0 });
  map.on("click", "points", (event) => {
    const [feature] = event.features ?? [];
    if (!feature) return;
    const { n = 1, row = 0, type = "" } = feature.properties as { n?: number; row?: number; type?: string };
    const words = kinds[type]?.[1] ?? "";
    if (n > 1) {
      map.easeTo({ center: event.lngLat, zoom: Math.min(map.getZoom() + 2, 20) });
      return;
    }
    new Popup({ maxWidth: "260px" }).setLngLat(event.lngLat).setDOMContent(rowBox(stage, row, words)).addTo(map);
  });
  map.on("mousemove", (event) => {
    map.getCanvas().style.cursor = map.queryRenderedFeatures(event.point, { layers: ["points"] }).length > 0 ? "pointer" : "";
  });
  map.once("idle", () => {
    stage.dataset.shown = String(map.queryRenderedFeatures({ layers: ["points"] }).length);
    stage.dataset.ready = "true";
  });
}

function pointMap(stage: HTMLElement): void {
  const form = stage.closest("form");
  const lon = form?.querySelector<HTMLInputElement>("input[name=lon]");
  const lat = form?.querySelector<HTMLInputElement>("input[name=lat]");
  const map = view(stage);
  if (!map || !lon || !lat) {
    stage.hidden = true;
    return;
  }
  const marker = new Marker({ draggable: true, color: palette().action });
  const put = (at: [number, number]): void => void marker.setLngLat(at).addTo(map);
  const written = (): [number, number] | null => {
    const [x, y] = [lon, lat].map((field) => Number.parseFloat(field.value.replace(",", ".")));
    return x !== undefined && y !== undefined && Number.isFinite(x) && Number.isFinite(y) ? [x, y] : null;
  };
  const start = written();
  if (start) {
    put(start);
    map.jumpTo({ center: start, zoom: 16 });
  }
  const tell = ({ lng, lat: y }: { lng: number; lat: number }): void => {
    lon.value = lng.toFixed(6);
    lat.value = y.toFixed(6);
  };
  marker.on("dragend", () => tell(marker.getLngLat()));
  map.on("click", (event) => {
    put([event.lngLat.lng, event.lngLat.lat]);
    tell(event.lngLat);
  });
  for (const field of [lon, lat]) {
    field.addEventListener("change", () => {
      const at = written();
      if (!at || Math.abs(at[1]) > 90) return;
      put(at);
      map.jumpTo({ center: at, zoom: Math.max(map.getZoom(), 14) });
    });
  }
}

for (const stage of document.querySelectorAll<HTMLElement>("[data-batch-map]")) void batchMap(stage);
for (const stage of document.querySelectorAll<HTMLElement>("[data-point-map]")) pointMap(stage);
