// A regular beat through the beginnings of a sound: its tempo and where it starts.

const [SLOWEST, FASTEST] = [70, 180]; // beats a minute
const STEP_S = 0.002;
const WIDTH_S = 0.03; // how far a hand is off a beat
const MOST_STARTS = 32; // tried; the first beginnings are enough
const FEWEST = 4; // beginnings; fewer make no beat

/** How well a beat of a period meets the beginnings, and where it starts best. */
function comb(onsets, period) {
  let best = { period, start: 0, met: 0 };
  for (const first of onsets.slice(0, MOST_STARTS)) {
    const met = onsets.filter((second) => {
      const beats = (second - first) / period;
      return Math.abs(beats - Math.round(beats)) * period < WIDTH_S;
    }).length;
    if (met > best.met) best = { period, start: first % period, met };
  }
  return best;
}

/**
 * Beats in s from the first to the end, and how many there are a minute; none where too
 * few beginnings lie on any regular beat.
 *
 * @param onsets in s
 * @param duration of the sound, in s
 */
export function beatsOf(onsets, duration) {
  const none = { beats: [], tempo: null };
  if (onsets.length < FEWEST) return none;
  let best = { met: 0, score: 0 };
  for (let period = 60 / FASTEST; period <= 60 / SLOWEST; period += STEP_S) {
    const found = comb(onsets, period);
    // Many beats meet much by chance: half beats are to have few beginnings too.
    const score = found.met / Math.sqrt(duration / period);
    if (score > best.score) best = { ...found, score };
  }
  if (best.met < FEWEST || best.met < onsets.length / 4) return none;
  const { period, start } = refined(onsets, best);
  // A sound that begins on the beat may well begin a moment after it.
  const first = start - period > -WIDTH_S ? start - period : start;
  const count = Math.floor((duration - first) / period) + 1;
  return {
    beats: Array.from({ length: count }, (_, i) => Math.max(0, first + i * period)),
    tempo: 60 / period,
  };
}

/** The line through the beginnings that lie on the beat, by least squares. */
function refined(onsets, { period, start }) {
  const points = onsets
    .map((second) => [Math.round((second - start) / period), second])
    .filter(([beat, second]) => Math.abs(second - start - beat * period) < WIDTH_S);
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [beat, second] = [mean(points.map((p) => p[0])), mean(points.map((p) => p[1]))];
  const spread = points.reduce((sum, p) => sum + (p[0] - beat) ** 2, 0);
  if (!spread) return { period, start };
  const slope = points.reduce((sum, p) => sum + (p[0] - beat) * (p[1] - second), 0) / spread;
  const first = second - slope * beat;
  return { period: slope, start: ((first % slope) + slope) % slope };
}
