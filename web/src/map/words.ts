// The few words the map says by itself.

const FRENCH = {
  heat: "Réseau de chaleur",
  cold: "Réseau de froid",
  projects: "Réseau en projet",
  "priority-areas": "Périmètre prioritaire (PDP)",
  classified: "classé",
  notOpen: "non signalé ouvert",
  untraced: "tracé inconnu",
  area: "publié comme une zone, quelque part dedans",
  operator: "Exploitant",
  rate: "EnR&R",
  co2: "CO₂ cycle de vie",
  deliveries: "Livraisons",
  start: "Mise en service",
  towns: "Communes",
  unknown: "non communiqué",
  sheet: "Fiche",
  testHere: "Tester ici",
  centreHere: "Centrer ici",
  close: "Fermer",
  nothing: "Rien de connu ici.",
  answer: "Réponse complète",
  loading: "Chargement de la carte…",
  noWebgl: "Votre navigateur ne peut pas dessiner la carte : voici la liste.",
  noBase: "Fond de carte indisponible : nos données sont affichées seules.",
  measure: "Cliquez des points ; Échap pour finir.",
  notFound: "Adresse introuvable. Vérifiez la rue et la commune.",
  moved: "Position indisponible.",
  zoomIn: "Zoomer",
  zoomOut: "Dézoomer",
  north: "Nord en haut",
  map: "Carte. Flèches pour se déplacer, + et − pour zoomer, Entrée pour la fiche au centre, L pour la liste.",
  credit: "Tracés indicatifs",
};

const ENGLISH: typeof FRENCH = {
  heat: "Heat network",
  cold: "Cooling network",
  projects: "Planned network",
  "priority-areas": "Priority area (PDP)",
  classified: "classified",
  notOpen: "not reported open",
  untraced: "route unknown",
  area: "published as an area, somewhere inside",
  operator: "Operator",
  rate: "Renewable",
  co2: "Life-cycle CO₂",
  deliveries: "Deliveries",
  start: "Start",
  towns: "Towns",
  unknown: "not stated",
  sheet: "Sheet",
  testHere: "Test here",
  centreHere: "Centre here",
  close: "Close",
  nothing: "Nothing known here.",
  answer: "Full answer",
  loading: "Loading the map…",
  noWebgl: "Your browser cannot draw the map: here is the list.",
  noBase: "Base map not available: our data are shown alone.",
  measure: "Click points; Escape to end.",
  notFound: "Address not found. Check the street and the town.",
  moved: "Position not available.",
  zoomIn: "Zoom in",
  zoomOut: "Zoom out",
  north: "North up",
  map: "Map. Arrows to move, + and − to zoom, Enter for the sheet at the centre, L for the list.",
  credit: "Indicative routes",
};

export type Words = typeof FRENCH;

export function words(lang: string): Words {
  return lang === "en" ? ENGLISH : FRENCH;
}

export function metres(value: number, lang: string): string {
  const rounded = Math.round(value);
  if (rounded < 1000) return `${rounded} m`;
  return `${new Intl.NumberFormat(lang, { maximumFractionDigits: 2 }).format(rounded / 1000)} km`;
}
