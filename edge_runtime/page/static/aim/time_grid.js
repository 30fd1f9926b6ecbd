// Lines in time, from the sound's own beginnings, to which a box holds.

import { say } from "../messages.js";
import { beatsOf } from "./beats.js";
import { fluxOf, onsetsOf } from "./onsets.js";

const HOLD_PX = 12; // nearer than this a line holds an edge

const byId = (id) => document.getElementById(id);
const known = new WeakMap(); // buffer -> its beginnings

function linesOf(kind, { buffer, duration }) {
  if (kind === "none") return { lines: [], told: "" };
  if (!known.has(buffer)) known.set(buffer, onsetsOf(fluxOf(buffer)));
  const onsets = known.get(buffer);
  if (kind === "onsets") return { lines: onsets, told: `${onsets.length} beginnings found` };
  const { beats, tempo } = beatsOf(onsets, duration);
  const told = tempo === null ? "No regular beat found" : `${tempo.toFixed(1)} beats a minute`;
  return { lines: beats, told };
}

/** The nearest line to a time, if it is within reach of a hand; else the time itself. */
export function held(lines, second, pixelsPerSecond) {
  const off = (line) => Math.abs(line - second);
  const nearest = lines.reduce((best, line) => (off(line) < off(best) ? line : best), Infinity);
  return off(nearest) * pixelsPerSecond <= HOLD_PX ? nearest : second;
}

/** The menu and the box beside it: which lines there are, and whether they hold. */
export function connectTimeGrid(session, view) {
  const snap = byId("snap");
  let wanted = true; // once there are lines
  const show = () => {
    if (!session.history) return;
    const { lines, told } = linesOf(byId("grid").value, session.history.original);
    view.lines = lines;
    snap.disabled = !lines.length;
    snap.checked = wanted && !snap.disabled;
    if (told) say(told);
    view.draw();
  };
  byId("grid").addEventListener("change", show);
  session.addEventListener("open", show);
  snap.addEventListener("change", () => {
    wanted = snap.checked;
  });
  view.snap = (second) => {
    if (!snap.checked) return second;
    const [low, high] = view.viewport.time;
    return held(view.lines, second, view.size[0] / (high - low));
  };
}
