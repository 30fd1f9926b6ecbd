// What is under the pointer: time, frequency, note and level.

import { noteAt } from "./notes.js";

export function describePlace(spectra, second, hertz) {
  const level = Math.round(spectra.decibelsAt(second, hertz));
  const note = noteAt(hertz);
  return [`${second.toFixed(3)} s`, `${Math.round(hertz)} Hz`, note, `${level} dB`]
    .filter(Boolean)
    .join(" · ");
}
