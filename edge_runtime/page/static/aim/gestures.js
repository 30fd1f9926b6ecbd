// What a drag over the picture does, for each way of aiming.

import { say } from "../messages.js";
import { edgeAt, stretched } from "./box_edges.js";
import { harmonicsOf, harmonicsTest, outlineTest, strokeTest } from "./shapes.js";

const clamp = (share) => Math.min(1, Math.max(0, share));
const boxBetween = ({ viewport, snap }, a, b) => ({
  start: snap(viewport.secondAt(clamp(Math.min(a.x, b.x)))),
  end: snap(viewport.secondAt(clamp(Math.max(a.x, b.x)))),
  low: viewport.hertzAt(clamp(Math.min(a.y, b.y))),
  high: viewport.hertzAt(clamp(Math.max(a.y, b.y))),
});

/**
 * A drag that has begun: `to(point)` moves on, `click()` ends one that did not move.
 *
 * @param view viewport, geometry, selection, spectra, size; `sketch` is what it draws
 * @param how "new", "add" or "take"
 * @param from point in shares of the picture, from the left and from the bottom
 */
export function gestureOf(view, mode, how, from, options) {
  if (mode === "box") return boxGesture(view, how, from, options);
  if (mode === "brush") return brushGesture(view, how, from, options);
  return mode === "lasso" ? lassoGesture(view, how, from) : harmonicsGesture(view, how, from);
}

function boxGesture(view, how, from, { isTouch }) {
  const { selection } = view;
  const held = how === "new" ? edgeAt(view, from, isTouch) : null;
  const old = selection.save();
  return {
    to(point) {
      if (held) {
        selection.box = stretched(view, old.box, held, from, point);
        return;
      }
      const box = boxBetween(view, from, point);
      selection.restore(old);
      if (how === "new" || (how === "add" && !selection.count)) selection.box = box;
      else selection.markBox(box, how === "add");
    },
    click() {
      if (how === "new" && !held) selection.clear();
      return "seek";
    },
  };
}

function brushGesture(view, how, from, { radius }) {
  const value = how !== "take";
  let last = from;
  const paint = (point) => {
    view.selection.mark(strokeTest(view, last, point, radius), value);
    last = point;
  };
  return { to: paint, click: () => paint(from) };
}

function lassoGesture(view, how, from) {
  const { selection } = view;
  const old = selection.save();
  const points = [from];
  return {
    to(point) {
      points.push({ x: clamp(point.x), y: clamp(point.y) });
      view.sketch = { outline: points };
      selection.restore(old);
      if (how === "new") selection.clear();
      selection.mark(outlineTest(view, points), how !== "take");
    },
    click() {
      if (how === "new") selection.clear();
      return "seek";
    },
  };
}

/** What of a note was found, and why no more. */
function partialsText(multiples, { heardUpTo }, how) {
  const [first, last] = [multiples[0], multiples.at(-1)];
  const hertz = first === last ? "" : `${Math.round(first)} to `;
  const what = how === "take" ? "taken away" : "selected";
  const found = `Partials ${what}: ${multiples.length}, ${hertz}${Math.round(last)} Hz`;
  const isAll = last + first > heardUpTo;
  return isAll ? found : `${found}; above, the model's cells hold more than one each`;
}

/** The partial under the pointer and its multiples, from where the drag began on. */
function harmonicsGesture(view, how, from) {
  const { viewport, geometry, selection, spectra } = view;
  const [second, hertz] = [viewport.secondAt(from.x), viewport.hertzAt(from.y)];
  // As far as a hand aims: six pixels.
  const near = Math.abs(viewport.hertzAt(from.y + 6 / view.size[1]) - hertz);
  const multiples = harmonicsOf(spectra.peakNear(second, hertz, near), geometry);
  const old = selection.save();
  let told = false;
  const mark = (point) => {
    const end = viewport.secondAt(clamp(point.x));
    view.sketch = {
      lines: multiples,
      start: Math.min(second, end),
      end: Math.max(second, end),
    };
    selection.restore(old);
    if (how === "new") selection.clear();
    selection.mark(harmonicsTest(geometry, multiples, second, end), how !== "take");
    if (!told) say(partialsText(multiples, geometry, how));
    told = true;
  };
  return { to: mark, click: () => mark(from) };
}
