// Labels of time and frequency beside the picture.

import { hertzOf, nameOf } from "./notes.js";

const CLOSEST = 17; // pixels between two labels of frequency

/** Round numbers between two others, no more than wanted. */
function ticks(low, high, wanted) {
  const rough = (high - low) / Math.max(1, wanted);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((m) => m * power).find((candidate) => candidate >= rough);
  const first = Math.ceil(low / step - 1e-6);
  const count = Math.floor(high / step + 1e-6) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, i) => (first + i) * step);
}

const short = (value) => String(Number(value.toFixed(4)));

export const clock = (second) =>
  second < 60
    ? `${short(second)} s`
    : `${Math.floor(second / 60)}:${short(second % 60).padStart(2, "0")}`;

export const hertzText = (hertz) =>
  hertz >= 1000 ? `${short(hertz / 1000)}k` : short(Math.round(hertz * 10) / 10);

function fill(element, labels) {
  element.replaceChildren(
    ...labels.map(({ text, side, share, kind }) => {
      const span = document.createElement("span");
      span.textContent = text;
      span.style[side] = `${share * 100}%`;
      if (kind) span.className = kind;
      return span;
    }),
  );
}

export function drawTimeAxis(element, viewport) {
  const [low, high] = viewport.time;
  const room = 18 / element.clientWidth; // a label's half
  const labels = ticks(low, high, element.clientWidth / 80).map((second) => ({
    text: clock(second),
    side: "left",
    share: Math.min(1 - room, Math.max(room, viewport.xOf(second))),
  }));
  fill(element, labels);
}

/** Hz, and where the scale is that of notes their names beside it. */
export function drawFrequencyAxis(element, viewport) {
  const height = element.clientHeight;
  const visible = viewport.band.map((share) => viewport.scale.hertzAt(share));
  const spaced = (values) => {
    let below = Infinity;
    return values.filter((hertz) => {
      const top = (1 - viewport.yOf(hertz)) * height;
      if (top < 6 || top > height - 6 || below - top < CLOSEST) return false;
      below = top;
      return true;
    });
  };
  const label = (text, hertz, kind) => ({
    text,
    side: "top",
    share: 1 - viewport.yOf(hertz),
    kind,
  });
  if (viewport.scale.kind === "hertz") {
    const round = spaced(ticks(...visible, height / 45));
    fill(
      element,
      round.map((hertz) => label(hertzText(hertz), hertz, "hertz")),
    );
    return;
  }
  const wide = visible[1] / Math.max(visible[0], 25) > 8;
  const round = wide
    ? [50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000]
    : ticks(...visible, height / 45);
  fill(element, [
    ...spaced(round).map((hertz) => label(hertzText(hertz), hertz, "hertz")),
    ...notesBetween(...visible, height, spaced),
  ]);

  function notesBetween(low, high) {
    const semitones = Array.from({ length: 132 }, (_, semitone) => semitone).filter(
      (semitone) => hertzOf(semitone) > low && hertzOf(semitone) < high,
    );
    const room = (steps) => (height / Math.log2(high / Math.max(low, 25))) * (steps / 12);
    const kinds = [
      [1, () => true],
      [2, (s) => [0, 2, 4, 5, 7, 9, 11].includes(s % 12)],
      [5, (s) => [0, 7].includes(s % 12)],
    ];
    const [, shown] = kinds.find(([steps]) => room(steps) > CLOSEST) ?? [12, (s) => s % 12 === 0];
    return spaced(semitones.filter(shown).map(hertzOf)).map((hertz) => {
      const semitone = semitones.find((s) => Math.abs(hertzOf(s) / hertz - 1) < 1e-6);
      return label(nameOf(semitone), hertz, semitone % 12 ? "note" : "note octave");
    });
  }
}
