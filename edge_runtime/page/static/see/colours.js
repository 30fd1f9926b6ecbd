// Level to colour: dark to bright on dark pages, the other way round on light ones.

import { decibelsOf } from "./spectra.js";

const DARK = ["#0b0912", "#2a1450", "#6b1f7b", "#b8325f", "#ee6a3c", "#fbb64a", "#fdf6c8"];
const LIGHT = ["#ffffff", "#e4ddf3", "#bda5dd", "#a066bf", "#8a2b8f", "#5a1560", "#1d0a2b"];

const rgb = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));

function colourAt(stops, share) {
  const place = Math.min(1, Math.max(0, share)) * (stops.length - 1);
  const lower = Math.min(Math.floor(place), stops.length - 2);
  return stops[lower].map((c, i) => Math.round(c + (stops[lower + 1][i] - c) * (place - lower)));
}

export const darkQuery = window.matchMedia("(prefers-color-scheme: dark)");

/** For each level its colour as one number, as an ImageData holds it. */
export function levelColours(quietestDb, loudestDb) {
  const stops = (darkQuery.matches ? DARK : LIGHT).map(rgb);
  return Uint32Array.from({ length: 256 }, (_, level) => {
    const share = (decibelsOf(level) - quietestDb) / (loudestDb - quietestDb);
    const [red, green, blue] = colourAt(stops, share);
    return (255 << 24) | (blue << 16) | (green << 8) | red; // little-endian, as all browsers
  });
}

/** A colour of the style sheet. */
export function themeColour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
