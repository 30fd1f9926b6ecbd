// From what a hand draws to cells: a disc, an outline, the harmonics of a note.

const PROBES = [1 / 8, 3 / 8, 5 / 8, 7 / 8]; // of a cell's width and of its height

/** Cell's place in the view: shares of width and height. */
function placeOf({ viewport, geometry }, frame, bin) {
  const box = geometry.cellBox(frame, bin);
  return {
    left: viewport.xOf(box.start),
    right: viewport.xOf(box.end),
    bottom: viewport.yOf(box.low),
    top: viewport.yOf(box.high),
  };
}

/** Test of cells that a disc between two points touches; in pixels. */
export function strokeTest(view, from, to, radius) {
  const [width, height] = view.size;
  return (frame, bin) => {
    const cell = placeOf(view, frame, bin);
    const [left, right] = [cell.left * width, cell.right * width];
    const [bottom, top] = [cell.bottom * height, cell.top * height];
    const reach = (point) => {
      const x = Math.max(left, Math.min(right, point.x * width)) - point.x * width;
      const y = Math.max(bottom, Math.min(top, point.y * height)) - point.y * height;
      return Math.hypot(x, y);
    };
    const steps = Math.ceil(
      Math.hypot((to.x - from.x) * width, (to.y - from.y) * height) / Math.max(1, radius / 2),
    );
    for (let step = 0; step <= steps; step += 1) {
      const share = steps ? step / steps : 0;
      const x = from.x + (to.x - from.x) * share;
      const y = from.y + (to.y - from.y) * share;
      if (reach({ x, y }) <= radius) return true;
    }
    return false;
  };
}

/** Test of cells of which at least half lies inside an outline of points. */
export function outlineTest(view, points) {
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const [bottom, top] = [Math.min(...ys), Math.max(...ys)];
  return (frame, bin) => {
    const cell = placeOf(view, frame, bin);
    if (cell.right < left || cell.left > right || cell.top < bottom || cell.bottom > top)
      return false;
    let inside = 0;
    for (const a of PROBES) {
      for (const b of PROBES) {
        const x = cell.left + (cell.right - cell.left) * a;
        const y = cell.bottom + (cell.top - cell.bottom) * b;
        if (isInside(x, y, points)) inside += 1;
      }
    }
    return inside >= PROBES.length ** 2 / 2;
  };
}

/** Whether a line from a point to the right crosses an outline an odd number of times. */
function isInside(x, y, points) {
  let inside = false;
  points.forEach((a, i) => {
    const b = points[(i + 1) % points.length];
    const crosses = a.y > y !== b.y > y && x < a.x + ((b.x - a.x) * (y - a.y)) / (b.y - a.y);
    if (crosses) inside = !inside;
  });
  return inside;
}

/**
 * The multiples of a frequency, in Hz, up to where the model's cells are too high to
 * hold no more than one; at least the frequency itself.
 */
export function harmonicsOf(hertz, geometry) {
  const count = Math.max(1, Math.floor(geometry.heardUpTo / hertz));
  const multiples = Array.from({ length: count }, (_, i) => (i + 1) * hertz);
  const bins = multiples.map((multiple) => geometry.cellAt(0, multiple).bin);
  const shared = bins.findIndex((bin, i) => bin === bins[i + 1]);
  return shared < 0 ? multiples : multiples.slice(0, Math.max(1, shared));
}

/** Test of cells that hold one of some frequencies between two times. */
export function harmonicsTest(geometry, multiples, start, end) {
  const bins = new Set(multiples.map((multiple) => geometry.cellAt(0, multiple).bin));
  const first = geometry.cellAt(Math.min(start, end), 0).frame;
  const last = geometry.cellAt(Math.max(start, end), 0).frame;
  return (frame, bin) => frame >= first && frame <= last && bins.has(bin);
}
