// The picture by keyboard: a cursor that walks from cell to cell.

import { viewKey } from "../see/navigation.js";

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

export function listenToArrows(view, { changed, moved, apply }) {
  const { canvas } = view;
  let anchor = null;

  const clampTo = (value, count) => Math.min(count - 1, Math.max(0, value));
  const boxBetween = (a, b) => {
    const first = view.geometry.cellBox(Math.min(a.frame, b.frame), Math.min(a.bin, b.bin));
    const last = view.geometry.cellBox(Math.max(a.frame, b.frame), Math.max(a.bin, b.bin));
    return { start: first.start, end: last.end, low: first.low, high: last.high };
  };
  const begin = () => view.geometry.cellAt(...view.viewport.time.slice(0, 1), 0);

  canvas.addEventListener("focus", () => {
    if (!view.geometry || !canvas.matches(":focus-visible")) return;
    view.cursor ??= begin();
    view.draw();
  });
  canvas.addEventListener("blur", () => {
    view.cursor = null;
    anchor = null;
    view.draw();
  });
  canvas.addEventListener("keydown", (event) => {
    if (!view.geometry || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = STEPS[event.key];
    view.cursor ??= begin();
    if (step) {
      if (event.shiftKey) anchor ??= view.cursor;
      else anchor = null;
      view.cursor = {
        frame: clampTo(view.cursor.frame + step[0], view.geometry.mapFrames),
        bin: clampTo(view.cursor.bin + step[1], view.geometry.mapBins),
      };
      if (anchor) {
        view.selection.box = boxBetween(anchor, view.cursor);
        changed();
      }
      showCell(view);
      moved(view.cursor);
    } else if (event.key === "x" || event.key === "X") {
      const { frame, bin } = view.cursor;
      view.selection.set(frame, bin, !view.selection.has(frame, bin));
      changed();
    } else if (event.key === "Escape") {
      view.selection.clear();
      changed();
    } else if (event.key === "Enter") {
      apply();
    } else if (viewKey(event.key)) {
      viewKey(event.key)(view.viewport);
      event.stopPropagation();
    } else return;
    event.preventDefault();
    view.draw();
  });
}

/** Scroll so far that the cursor is visible. */
function showCell({ viewport, geometry, cursor }) {
  const { start, end, low, high } = geometry.cellBox(cursor.frame, cursor.bin);
  const follow = (axis, from, to) => {
    const [first, last] = viewport[axis];
    if (from < first) viewport.show(axis, from, from + last - first);
    else if (to > last) viewport.show(axis, to - (last - first), to);
  };
  follow("time", start, end);
  follow("band", viewport.scale.shareOf(low), viewport.scale.shareOf(high));
}
