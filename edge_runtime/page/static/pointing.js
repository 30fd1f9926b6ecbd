// Mouse, pen and finger on the picture: drag a box, paint cells, rub them out.

export function listenToPointer(view, { mode, changed }) {
  const { canvas } = view;
  let from = null;

  const cellOf = (event) => {
    const box = canvas.getBoundingClientRect();
    return view.geometry.cellAt(
      (event.clientX - box.left) / box.width,
      1 - (event.clientY - box.top) / box.height,
    );
  };

  const touch = (cell) => {
    if (mode() === "box") view.selection.box(from, cell);
    else {
      view.selection.line(from, cell, mode() === "paint");
      from = cell;
    }
    changed();
  };

  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !view.geometry) return;
    canvas.setPointerCapture(event.pointerId);
    view.cursor = null;
    from = cellOf(event);
    touch(from);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (from) touch(cellOf(event));
  });
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, () => {
      from = null;
    });
  }
}
