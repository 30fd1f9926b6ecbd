// Original and result as loud as each other, so that the louder one does not seem better.

import { loudnessOf } from "./loudness.js";
import { pieceOf, scaled } from "./pieces.js";

const SILENT = -70; // LUFS; what is quieter is not made a measure

const known = new WeakMap(); // buffer -> what was heard of it, and how loud that is

function loudness(buffer, range) {
  const key = String(range);
  const found = known.get(buffer);
  if (found?.key === key) return found.value;
  const value = loudnessOf(pieceOf(buffer, range));
  known.set(buffer, { key, value });
  return value;
}

/**
 * A sound turned down to another one, if it is louder, by what is heard of both.
 *
 * @param range times in s that are heard; null: all
 */
export function matchedTo(buffer, other, range) {
  const [own, wanted] = [loudness(buffer, range), loudness(other, range)];
  if (own <= wanted || Math.min(own, wanted) < SILENT) return buffer;
  return scaled(buffer, 10 ** ((wanted - own) / 20));
}
