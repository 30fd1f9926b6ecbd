// Scale, colours and the numbers under the pointer.

import { cursorFor, edgeAt } from "../aim/box_edges.js";
import { describePlace } from "./reading.js";

const byId = (id) => document.getElementById(id);
const RANGE_DB = 70; // between the quietest and the loudest colour, unless told

export function connectViewControls(view) {
  byId("scale").addEventListener("change", ({ target }) => view.useScale(target.value));
  for (const name of ["quietest", "loudest"]) {
    byId(name).addEventListener("input", () => showColours(view));
  }
}

function showColours(view) {
  for (const name of ["quietest", "loudest"]) {
    const input = byId(name);
    view.picture[name] = Number(input.value);
    input.nextElementSibling.value = `${input.value.replace("-", "−")} dB`;
  }
  view.drawAll();
}

/** Colours that suit a sound, loud or quiet. */
export function suitColours(view) {
  const loudest = Math.max(-50, Math.min(0, view.spectra.loudest()));
  byId("loudest").value = loudest;
  byId("quietest").value = loudest - RANGE_DB;
  showColours(view);
}

/** Tell what is under the pointer, what a press would do, and how large the brush is. */
export function followPointer(area, view, { mode, radius }) {
  area.addEventListener("pointermove", (event) => {
    if (!view.geometry) return;
    const { x, y } = view.placeOf(event);
    const { viewport } = view;
    const inside = x >= 0 && x <= 1 && y >= 0 && y <= 1;
    byId("reading").value = inside
      ? describePlace(view.spectra, viewport.secondAt(x), viewport.hertzAt(y))
      : "";
    area.style.cursor =
      mode() === "box" && !event.buttons ? cursorFor(edgeAt(view, { x, y })) : "crosshair";
    if (mode() !== "brush") return;
    view.sketch = inside ? { disc: { x, y, radius: radius() } } : null;
    view.draw();
  });
  area.addEventListener("pointerleave", () => {
    byId("reading").value = "";
    if (view.sketch?.disc) view.sketch = null;
    view.draw();
  });
}
