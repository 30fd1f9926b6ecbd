// Moving a box, and stretching it by its edges and corners.

const GRIP_PX = { mouse: 7, touch: 18 };

/**
 * What of the box lies under a point: which of its sides, or "inside"; null if nothing.
 *
 * @returns {{start?: true, end?: true, low?: true, high?: true, inside?: true} | null}
 */
export function edgeAt({ selection, viewport, size: [width, height] }, point, isTouch) {
  const { box } = selection;
  if (!box) return null;
  const grip = isTouch ? GRIP_PX.touch : GRIP_PX.mouse;
  const x = point.x * width;
  const y = point.y * height;
  const [left, right] = [viewport.xOf(box.start) * width, viewport.xOf(box.end) * width];
  const [bottom, top] = [viewport.yOf(box.low) * height, viewport.yOf(box.high) * height];
  if (x < left - grip || x > right + grip || y < bottom - grip || y > top + grip) return null;
  const held = {};
  if (Math.abs(x - left) <= grip) held.start = true;
  else if (Math.abs(x - right) <= grip) held.end = true;
  if (Math.abs(y - bottom) <= grip) held.low = true;
  else if (Math.abs(y - top) <= grip) held.high = true;
  return Object.keys(held).length ? held : { inside: true };
}

/** The box with what was held moved from one point to another. */
export function stretched({ viewport, geometry, snap }, box, held, from, to) {
  const seconds = viewport.secondAt(to.x) - viewport.secondAt(from.x);
  const { scale } = viewport;
  // Along frequency by height in the picture, so that edges stay under the pointer.
  const height = (to.y - from.y) * (viewport.band[1] - viewport.band[0]);
  const lift = (hertz, by = height) => scale.hertzAt(scale.shareOf(hertz) + by);
  if (held.inside) {
    const wanted = snap(box.start + seconds) - box.start;
    const moved = Math.max(-box.start, Math.min(geometry.duration - box.end, wanted));
    const [low, high] = [scale.shareOf(box.low), scale.shareOf(box.high)];
    const lifted = Math.max(-low, Math.min(1 - high, height));
    return {
      start: box.start + moved,
      end: box.end + moved,
      low: lift(box.low, lifted),
      high: lift(box.high, lifted),
    };
  }
  return {
    start: held.start ? snap(box.start + seconds) : box.start,
    end: held.end ? snap(box.end + seconds) : box.end,
    low: held.low ? lift(box.low) : box.low,
    high: held.high ? lift(box.high) : box.high,
  };
}

/** The mouse pointer that says what a press would do. */
export function cursorFor(held) {
  if (!held) return "crosshair";
  if (held.inside) return "move";
  if ((held.start && held.high) || (held.end && held.low)) return "nwse-resize";
  if ((held.end && held.high) || (held.start && held.low)) return "nesw-resize";
  return held.start || held.end ? "ew-resize" : "ns-resize";
}
