// The private map of a batch, and the small one on which a point is put right.

import "maplibre-gl/dist/maplibre-gl.css";
import { AttributionControl, LngLatBounds, Map as MapView, Marker, NavigationControl, Popup, setWorkerUrl } from "maplibre-gl";
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

interface Points {
  is_cut: boolean;
  features: { geometry: { coordinates: [number, number] }; properties: Record<string, string> }[];
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

async function batchMap(stage: HTMLElement): Promise<void> {
  const map = view(stage);
  const status = stage.querySelector<HTMLElement>("[data-status]");
  if (!map) return;
  const loaded = new Promise<void>((done) => void map.once("load", () => done()));
  const response = await fetch(stage.dataset.points ?? "");
  if (!response.ok) return;
  const points = (await response.json()) as Points;
  await loaded;
  if (status) {
    if (points.features.length === 0) status.textContent = stage.dataset.none ?? "";
    else if (points.is_cut) {
      status.textContent = `${points.features.length} ${stage.dataset.more ?? ""}`;
    }
  }
  const bounds = new LngLatBounds();
  for (const feature of points.features) bounds.extend(feature.geometry.coordinates);
  map.addSource("points", { type: "geojson", data: points as unknown as GeoJSON.FeatureCollection });
  map.addLayer({
    id: "points",
    type: "circle",
    source: "points",
    paint: {
      "circle-radius": ["interpolate", ["linear"], ["zoom"], 8, 3, 15, 7],
      "circle-color": ["match", ["get", "tone"], "yes", resolved("yes"), "soon", resolved("soon"), "check", resolved("check"), resolved("far")],
      "circle-stroke-color": palette().card,
      "circle-stroke-width": 1.5,
    },
  });
  if (!bounds.isEmpty()) map.fitBounds(bounds, { padding: 40, maxZoom: 16, duration: 0 });
  map.on("click", "points", (event) => {
    const [feature] = event.features ?? [];
    if (!feature) return;
    const { asked = "", href = "", verdict = "", distance = "" } = feature.properties as Record<string, string>;
    const box = document.createElement("div");
    box.className = "batchpopup";
    const title = document.createElement("strong");
    title.textContent = asked;
    const line = document.createElement("p");
    line.textContent = distance ? `${verdict}, ${distance}` : verdict;
    const link = document.createElement("a");
    link.href = href;
    link.textContent = stage.dataset.open ?? "";
    box.append(title, line, link);
    new Popup({ maxWidth: "260px" }).setLngLat(event.lngLat).setDOMContent(box).addTo(map);
  });
  map.on("mousemove", (event) => {
    map.getCanvas().style.cursor = map.queryRenderedFeatures(event.point, { layers: ["points"] }).length > 0 ? "pointer" : "";
  });
  map.once("idle", () => {
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
