// The filters of the form as expressions of the map: the same names and the same meaning as on the list.

import type { ExpressionSpecification } from "maplibre-gl";

const SOURCES: Record<string, string[]> = {
  biomasse: ["biomasse_solide", "biogaz"],
  geothermie: ["geothermie", "PAC"],
  solaire: ["solaire_thermique"],
  dechets: ["dechets_internes", "UIOM"],
  recuperation: ["chaleur_industiel", "autre_chaleur_recuperee"],
  electricite: ["chaudieres_electriques"],
  autres: ["autres_ENR", "autres"],
  gaz: ["gaz_naturel", "GPL"],
  "fioul-charbon": ["fioul_domestique", "fioul_lourd", "charbon"],
};

const RANGES: [name: string, property: string, factor: number][] = [
  ["enr", "renewable_rate_pct", 1],
  ["co2", "co2_lca_kg_per_kwh", 0.001],
  ["livraisons", "deliveries_total_mwh", 1],
  ["annee", "creation_year", 1],
];

export function networkFilter(query: URLSearchParams): ExpressionSpecification {
  const parts: ExpressionSpecification[] = [];
  const showsUnknown = query.get("vides") === "oui";
  const known = (property: string, test: ExpressionSpecification): ExpressionSpecification =>
    showsUnknown ? ["any", ["!", ["has", property]], test] : ["all", ["has", property], test];
  for (const [name, property] of [["classe", "classified"], ["ouvert", "open"]] as const) {
    const value = query.get(name);
    if (value) parts.push(known(property, ["==", ["get", property], value === "oui"]));
  }
  const families = query.getAll("energie").filter(Boolean);
  if (families.length > 0) {
    const sources = families.flatMap((family) => SOURCES[family] ?? []);
    parts.push([
      "any",
      ...sources.map((source): ExpressionSpecification => ["in", `,${source},`, ["coalesce", ["get", "energies"], ""]]),
    ]);
  }
  for (const [name, property, factor] of RANGES) {
    const [low, high] = (query.get(name) ?? "").split("-");
    const min = number(query.get(`${name}_min`) || low);
    const max = number(query.get(`${name}_max`) || high);
    if (min !== null) parts.push(known(property, [">=", ["get", property], min * factor]));
    if (max !== null) parts.push(known(property, ["<=", ["get", property], max * factor]));
  }
  for (const [name, property] of [["exploitant", "operator"], ["mo", "owner"]] as const) {
    const text = query.get(name)?.trim().toLowerCase();
    if (text) parts.push(["in", text, ["downcase", ["coalesce", ["get", property], ""]]]);
  }
  return ["all", ...parts];
}

function number(text: string | null | undefined): number | null {
  const value = Number.parseFloat((text ?? "").replace(",", "."));
  return Number.isFinite(value) ? value : null;
}
