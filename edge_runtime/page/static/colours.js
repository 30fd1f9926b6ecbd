// Level to colour: dark to bright on dark pages, the other way round on light ones.

const DARK = ["#0b0912", "#2a1450", "#6b1f7b", "#b8325f", "#ee6a3c", "#fbb64a", "#fdf6c8"];
const LIGHT = ["#ffffff", "#e4ddf3", "#bda5dd", "#a066bf", "#8a2b8f", "#5a1560", "#1d0a2b"];

const rgb = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));

function table(stops) {
  const colours = stops.map(rgb);
  return Array.from({ length: 256 }, (_, level) => {
    const place = (level / 255) * (stops.length - 1);
    const lower = Math.min(Math.floor(place), stops.length - 2);
    return colours[lower].map((c, i) =>
      Math.round(c + (colours[lower + 1][i] - c) * (place - lower)),
    );
  });
}

export const darkQuery = window.matchMedia("(prefers-color-scheme: dark)");

/** For each level from 0 to 255 its red, green and blue. */
export function levelColours() {
  return table(darkQuery.matches ? DARK : LIGHT);
}

/** A colour of the style sheet. */
export function themeColour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
