// What is drawn, and in which order: ground, streets, priority areas, projects, cold, heat, markers, answer.

import type { ExpressionSpecification, FilterSpecification, LayerSpecification, StyleSpecification } from "maplibre-gl";
import type { Palette } from "./theme";

export type Switch = "classed" | "heat" | "closed" | "cold" | "projects" | "pdp" | "untraced";

export const SWITCHES: Switch[] = ["classed", "heat", "closed", "cold", "projects", "pdp", "untraced"];

const FONT = ["Noto Sans Regular"];
const BOLD = ["Noto Sans Bold"];

const isOpen: ExpressionSpecification = ["!=", ["get", "open"], false];
const isClassed: ExpressionSpecification = ["==", ["get", "classified"], true];
const isLine: ExpressionSpecification = ["==", ["geometry-type"], "LineString"];
const isPoint: ExpressionSpecification = ["==", ["geometry-type"], "Point"];

/** A layer of ours, with the switch it obeys and the filter it always has. */
export interface OwnLayer {
  layer: LayerSpecification;
  switch: Switch;
  always: ExpressionSpecification;
  /** Whether the figures of networks filter it. */
  filtered: boolean;
}

const round = { "line-cap": "round", "line-join": "round" } as const;

function width(at10: number, at16: number): ExpressionSpecification {
  return ["interpolate", ["linear"], ["zoom"], 6, at10 * 0.5, 10, at10, 16, at16];
}

export function ownLayers(p: Palette): OwnLayer[] {
  const line = (id: string, source: string, paint: object, cap: object = round): LayerSpecification =>
    ({ id, type: "line", source, "source-layer": source, layout: cap, paint }) as LayerSpecification;
  const all = (...parts: ExpressionSpecification[]): ExpressionSpecification => ["all", ...parts];
  const casing = (id: string, most: number): LayerSpecification =>
    line(id, "heat", { "line-color": p.land, "line-width": width(2.5, most), "line-opacity": 0.9 });
  const traced = (...parts: ExpressionSpecification[]): ExpressionSpecification => all(isLine, ...parts);
  const networkDot = (id: string, source: string, color: string): LayerSpecification =>
    ({ id, type: "circle", source, "source-layer": source, paint: { "circle-radius": 9, "circle-color": p.card, "circle-stroke-color": color, "circle-stroke-width": 2.5 } }) as LayerSpecification;
  const question = (id: string, source: string): LayerSpecification =>
    ({ id, type: "symbol", source, "source-layer": source, layout: { "text-field": "?", "text-font": BOLD, "text-size": 13, "text-allow-overlap": true, "text-ignore-placement": true }, paint: { "text-color": p.ink } }) as LayerSpecification;
  const polygon: ExpressionSpecification = ["==", ["geometry-type"], "Polygon"];
  return [
    { switch: "pdp", always: all(), filtered: false, layer: { id: "pdp-fill", type: "fill", source: "priority-areas", "source-layer": "priority-areas", paint: { "fill-pattern": "hatch", "fill-opacity": 0.55 } } },
    { switch: "pdp", always: all(), filtered: false, layer: line("pdp-edge", "priority-areas", { "line-color": p.pdp, "line-width": 1.5, "line-dasharray": [6, 2, 1, 2] }) },
    { switch: "projects", always: all(polygon), filtered: false, layer: { id: "zone-fill", type: "fill", source: "projects", "source-layer": "projects", paint: { "fill-color": p.project, "fill-opacity": 0.12 } } },
    { switch: "projects", always: all(polygon), filtered: false, layer: line("zone-edge", "projects", { "line-color": p.project, "line-width": 1.5, "line-dasharray": [5, 3] }) },
    { switch: "cold", always: all(polygon), filtered: true, layer: { id: "cold-area", type: "fill", source: "cold", "source-layer": "cold", paint: { "fill-color": p.cold, "fill-opacity": 0.2 } } },
    { switch: "cold", always: all(polygon), filtered: true, layer: line("cold-area-edge", "cold", { "line-color": p.cold, "line-width": 1.5, "line-dasharray": [5, 3] }) },
    ...([["closed", ["!", isOpen], p.closed], ["heat", all(isOpen, ["!", isClassed]), p.heat], ["classed", all(isOpen, isClassed), p.classed]] as [Switch, ExpressionSpecification, string][]).flatMap(([of, which, color]): OwnLayer[] => [
      { switch: of, always: all(polygon, which), filtered: true, layer: { id: `${of}-area`, type: "fill", source: "heat", "source-layer": "heat", paint: { "fill-color": color, "fill-opacity": 0.22 } } },
      { switch: of, always: all(polygon, which), filtered: true, layer: line(`${of}-area-edge`, "heat", { "line-color": color, "line-width": 1.5, "line-dasharray": [5, 3] }) },
    ]),
    { switch: "cold", always: traced(), filtered: true, layer: line("cold", "cold", { "line-color": p.cold, "line-width": width(1, 1.6), "line-gap-width": width(1, 2.5) }) },
    { switch: "projects", always: traced(), filtered: false, layer: line("project", "projects", { "line-color": p.project, "line-width": width(2, 3), "line-dasharray": [3.3, 1.7] }, { "line-join": "round" }) },
    { switch: "heat", always: traced(isOpen, ["!", isClassed]), filtered: true, layer: casing("heat-casing", 6) },
    { switch: "classed", always: traced(isOpen, isClassed), filtered: true, layer: casing("classed-casing", 8) },
    { switch: "closed", always: traced(["!", isOpen]), filtered: true, layer: line("closed", "heat", { "line-color": p.closed, "line-width": width(1.5, 3), "line-dasharray": [0.1, 2] }) },
    { switch: "heat", always: traced(isOpen, ["!", isClassed]), filtered: true, layer: line("heat", "heat", { "line-color": p.heat, "line-width": width(1.4, 3) }) },
    { switch: "classed", always: traced(isOpen, isClassed), filtered: true, layer: line("classed", "heat", { "line-color": p.classed, "line-width": width(1.8, 4.5) }) },
    { switch: "untraced", always: all(isPoint), filtered: true, layer: networkDot("untraced", "heat", p.heat) },
    { switch: "untraced", always: all(isPoint), filtered: true, layer: question("untraced-mark", "heat") },
    { switch: "untraced", always: all(isPoint), filtered: true, layer: networkDot("untraced-cold", "cold", p.cold) },
    { switch: "untraced", always: all(isPoint), filtered: true, layer: question("untraced-cold-mark", "cold") },
  ];
}

/** Layers that answer a click or a hover, top first. */
export const PICKED = ["untraced", "untraced-cold", "classed", "heat", "closed", "project", "cold", "classed-area", "heat-area", "closed-area", "cold-area", "zone-fill", "pdp-fill"];

/** The ground made of our own data: communes and addresses. */
function ground(p: Palette): LayerSpecification[] {
  const halo = { "text-halo-color": p.land, "text-halo-width": 1.5 };
  return [
    { id: "land", type: "background", paint: { "background-color": p.land } },
    { id: "commune-edge", type: "line", source: "communes", "source-layer": "communes", filter: ["==", ["geometry-type"], "Polygon"], paint: { "line-color": p.muted, "line-opacity": 0.45, "line-width": 1, "line-dasharray": [1, 3] } },
    { id: "numbers", type: "symbol", source: "addresses", "source-layer": "addresses", minzoom: 17, filter: ["has", "housenumber"], layout: { "text-field": ["get", "housenumber"], "text-font": FONT, "text-size": 11 }, paint: { "text-color": p.muted, ...halo } },
    { id: "streets", type: "symbol", source: "addresses", "source-layer": "addresses", minzoom: 14, filter: ["!", ["has", "housenumber"]], layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": ["interpolate", ["linear"], ["zoom"], 14, 11, 17, 13], "text-max-width": 8 }, paint: { "text-color": p.muted, ...halo } },
    { id: "commune-name", type: "symbol", source: "communes", "source-layer": "communes", filter: ["==", ["geometry-type"], "Point"], layout: { "text-field": ["get", "name"], "text-font": BOLD, "text-size": ["interpolate", ["linear"], ["zoom"], 8, 11, 13, 16] }, paint: { "text-color": p.ink, ...halo } },
  ];
}

function answerLayers(p: Palette): LayerSpecification[] {
  const shape = (value: string): FilterSpecification => ["==", ["get", "shape"], value];
  return [
    { id: "ring", type: "line", source: "answer", filter: shape("ring"), paint: { "line-color": p.ink, "line-width": 1, "line-dasharray": [3, 4], "line-opacity": 0.8 } },
    { id: "ring-name", type: "symbol", source: "answer", filter: shape("ring"), layout: { "symbol-placement": "line", "text-field": ["get", "label"], "text-font": FONT, "text-size": 12 }, paint: { "text-color": p.ink, "text-halo-color": p.land, "text-halo-width": 2 } },
    { id: "foot", type: "line", source: "answer", filter: shape("foot"), layout: round, paint: { "line-color": p.ink, "line-width": 2.5, "line-dasharray": [2, 1.6] } },
    { id: "foot-name", type: "symbol", source: "answer", filter: shape("foot"), layout: { "symbol-placement": "line-center", "text-field": ["get", "label"], "text-font": BOLD, "text-size": 14, "text-offset": [0, -1], "text-allow-overlap": true }, paint: { "text-color": p.ink, "text-halo-color": p.land, "text-halo-width": 2.5 } },
    { id: "place", type: "circle", source: "answer", filter: shape("place"), paint: { "circle-radius": 8, "circle-color": p.action, "circle-stroke-color": p.card, "circle-stroke-width": 3 } },
    { id: "measure", type: "line", source: "measure", layout: round, paint: { "line-color": p.action, "line-width": 3 } },
    { id: "measure-dots", type: "circle", source: "measure", filter: ["==", ["geometry-type"], "Point"], paint: { "circle-radius": 5, "circle-color": p.card, "circle-stroke-color": p.action, "circle-stroke-width": 2 } },
  ];
}

const EMPTY = { type: "FeatureCollection", features: [] } as const;

/** The whole style. `base` is an outside style drawn under our layers, when there is one. */
export function style(p: Palette, base: StyleSpecification | null, addresses: "there" | "absent"): StyleSpecification {
  const own = ownLayers(p).map(({ layer, always }) => ({ ...layer, filter: always }) as LayerSpecification);
  const sources: StyleSpecification["sources"] = {
    answer: { type: "geojson", data: structuredClone(EMPTY) as unknown as GeoJSON.FeatureCollection },
    measure: { type: "geojson", data: structuredClone(EMPTY) as unknown as GeoJSON.FeatureCollection },
  };
  const tiled = ["heat", "cold", "projects", "priority-areas", "communes"];
  if (addresses === "there") tiled.push("addresses");
  for (const layer of tiled) {
    sources[layer] = { type: "vector", url: new URL(`/tiles/${layer}.json`, window.location.href).href };
  }
  if (base) {
    return { ...base, sources: { ...base.sources, ...sources }, layers: [...base.layers, ...own, ...answerLayers(p)] };
  }
  const below = ground(p).filter((layer) => !("source" in layer) || String(layer.source) in sources);
  return { version: 8, sources, layers: [...below, ...own, ...answerLayers(p)] };
}

/** The hatch of priority areas: 45°, in their colour. */
export function hatch(p: Palette): ImageData {
  const side = 16;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side;
  const context = canvas.getContext("2d");
  if (!context) return new ImageData(side, side);
  context.strokeStyle = p.pdp;
  context.lineWidth = 1.4;
  for (const shift of [-side, 0, side]) {
    context.beginPath();
    context.moveTo(shift, side);
    context.lineTo(shift + side, 0);
    context.stroke();
  }
  return context.getImageData(0, 0, side, side);
}
