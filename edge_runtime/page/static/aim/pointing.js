// Mouse, pen and fingers on the picture: one aims, two move the view.

import { gestureOf } from "./gestures.js";

const PRESS_PX = 4; // less than this is a click, not a drag

/**
 * @param area element in which a drag may begin, the picture and what is around it
 * @param view canvas, viewport, geometry, selection, spectra
 * @param options mode() and how() as chosen on the page, radius() of the brush in px,
 *   changed() and clicked(second)
 */
export function listenToPointer(area, view, options) {
  const pointers = new Map();
  let gesture = null;
  let before = null; // the selection when the first finger came
  let start = null;
  let pinch = null;

  const how = (event) => {
    if (event.altKey) return "take";
    return event.shiftKey ? "add" : options.how();
  };

  area.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !view.geometry || event.target.closest("#time-axis")) return;
    area.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, view.placeOf(event));
    view.cursor = null;
    if (pointers.size === 2) {
      if (before) view.selection.restore(before);
      gesture = null;
      view.sketch = null;
      pinch = [...pointers.values()];
    } else if (pointers.size === 1) {
      before = view.selection.save();
      start = event;
      gesture = gestureOf(view, options.mode(), how(event), view.placeOf(event), {
        radius: options.radius(),
        isTouch: event.pointerType === "touch",
      });
    }
    options.changed();
  });

  area.addEventListener("pointermove", (event) => {
    if (!pointers.has(event.pointerId)) return;
    pointers.set(event.pointerId, view.placeOf(event));
    if (pinch && pointers.size === 2) {
      const now = [...pointers.values()];
      moveView(view.viewport, pinch, now);
      pinch = now;
      return;
    }
    const moved = Math.hypot(event.clientX - start.clientX, event.clientY - start.clientY);
    if (!gesture || (moved < PRESS_PX && !gesture.begun)) return;
    gesture.begun = true;
    gesture.to(view.placeOf(event));
    options.changed();
  });

  for (const end of ["pointerup", "pointercancel"]) {
    area.addEventListener(end, (event) => {
      if (!pointers.delete(event.pointerId)) return;
      if (pinch) {
        if (pointers.size === 0) pinch = null;
        return;
      }
      if (gesture && !gesture.begun && gesture.click() === "seek") {
        options.clicked(view.viewport.secondAt(view.placeOf(event).x));
      }
      gesture = null;
      view.sketch = null;
      options.changed();
    });
  }
}

/** Two fingers: what lay under them stays under them, along time and along frequency. */
function moveView(viewport, before, now) {
  for (const [axis, key] of [
    ["time", "x"],
    ["band", "y"],
  ]) {
    const spread = ([a, b]) => Math.abs(a[key] - b[key]);
    const middle = ([a, b]) => (a[key] + b[key]) / 2;
    // Fingers beside each other say nothing about this axis.
    const apart = Math.min(spread(before), spread(now)) > 0.15;
    if (apart) viewport.zoom(axis, spread(before) / spread(now), middle(now));
    viewport.scroll(axis, middle(before) - middle(now));
  }
}
