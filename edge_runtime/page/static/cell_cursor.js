// The picture by keyboard: a cursor that walks from cell to cell.

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

export function listenToArrows(view, { changed, moved, apply }) {
  const { canvas } = view;
  let anchor = null;

  const clampTo = (value, count) => Math.min(count - 1, Math.max(0, value));

  canvas.addEventListener("focus", () => {
    if (!view.geometry || !canvas.matches(":focus-visible")) return;
    view.cursor ??= { frame: 0, bin: 0 };
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
    view.cursor ??= { frame: 0, bin: 0 };
    if (step) {
      if (event.shiftKey) anchor ??= view.cursor;
      else anchor = null;
      view.cursor = {
        frame: clampTo(view.cursor.frame + step[0], view.geometry.mapFrames),
        bin: clampTo(view.cursor.bin + step[1], view.geometry.mapBins),
      };
      if (anchor) {
        view.selection.box(anchor, view.cursor);
        changed();
      }
      moved(view.cursor);
    } else if (event.key === "x" || event.key === "X") {
      const { frame, bin } = view.cursor;
      view.selection.set(frame, bin, !view.selection.has(frame, bin));
      changed();
    } else if (event.key === "Escape") {
      view.selection.fill(false);
      changed();
    } else if (event.key === "Enter") {
      apply();
    } else return;
    event.preventDefault();
    view.draw();
  });
}
