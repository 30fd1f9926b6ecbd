// A line where playback is; the view turns the page when playback leaves it.

/**
 * @param where function that gives the place in s, or null while nothing plays
 * @returns function to call when playback begins or ends
 */
export function followPlayback(line, viewport, where) {
  let frame = 0;
  let seen = null; // the view in which playback was visible
  const move = () => {
    const second = where();
    line.hidden = second === null;
    if (second === null) return;
    const [low, high] = viewport.time;
    // Whoever scrolls away meanwhile wants to be elsewhere.
    if (seen === viewport.time && (second < low || second > high)) {
      viewport.show("time", second, second + high - low);
    }
    const x = viewport.xOf(second);
    seen = x >= 0 && x <= 1 ? viewport.time : null;
    line.hidden = seen === null;
    line.style.left = `${x * 100}%`;
    frame = requestAnimationFrame(move);
  };
  return () => {
    cancelAnimationFrame(frame);
    move();
  };
}
