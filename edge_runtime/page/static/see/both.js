// The original above the result, in time with each other.

import { Picture } from "./picture.js";

const byId = (id) => document.getElementById(id);

export function connectBoth(session, view) {
  const [canvas, overlay] = [byId("original"), byId("original-overlay")];
  const above = [canvas, overlay, byId("original-freq-axis"), byId("original-name")];
  const original = {
    canvas,
    overlay,
    picture: new Picture(canvas),
    spectra: () => session.history.original.spectra,
  };
  byId("both").addEventListener("click", () => {
    const shown = !view.original;
    byId("both").setAttribute("aria-pressed", String(shown));
    byId("picture").classList.toggle("both", shown);
    for (const part of above) part.hidden = !shown;
    view.showAbove(shown ? original : null);
  });
}
