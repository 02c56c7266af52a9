// The colours of the map, for light and dark: computed contrasts, told apart in every kind of colour sight.

export interface Palette {
  land: string;
  building: string;
  road: string;
  water: string;
  ink: string;
  muted: string;
  classed: string;
  heat: string;
  closed: string;
  project: string;
  cold: string;
  pdp: string;
  card: string;
  action: string;
}

const LIGHT: Palette = {
  land: "#f4f2ec", building: "#e3dfd6", road: "#ffffff", water: "#cfe0e6", ink: "#1b2225", muted: "#4a565c",
  classed: "#6b1a10", heat: "#c6560e", closed: "#5c6166", project: "#a052bc", cold: "#0a2c6b", pdp: "#6c4e06",
  card: "#ffffff", action: "#0b5a6b",
};

const DARK: Palette = {
  land: "#171e21", building: "#232c30", road: "#2d373c", water: "#0f2a36", ink: "#e8edef", muted: "#a8b4ba",
  classed: "#f24a2b", heat: "#f9c89e", closed: "#8d959c", project: "#cb5be6", cold: "#94dbfb", pdp: "#b4d34a",
  card: "#192125", action: "#6cc6d8",
};

export function isDark(): boolean {
  const chosen = document.documentElement.dataset.theme;
  if (chosen) return chosen === "dark";
  return window.matchMedia("(prefers-color-scheme: dark)").matches;
}

export function palette(): Palette {
  return isDark() ? DARK : LIGHT;
}
