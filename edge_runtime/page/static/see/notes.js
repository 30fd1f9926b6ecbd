// Names of notes, in equal temperament with A4 at 440 Hz.

const NAMES = ["C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B"];
const C0_HZ = 440 * 2 ** (-57 / 12);

/** Hz of a note, counted in semitones above C0. */
export const hertzOf = (semitone) => C0_HZ * 2 ** (semitone / 12);

export const nameOf = (semitone) => NAMES[semitone % 12] + Math.floor(semitone / 12);

/** The nearest note and how far it is off, such as "A4 +12 ct"; none below C0. */
export function noteAt(hertz) {
  const place = 12 * Math.log2(hertz / C0_HZ);
  const semitone = Math.round(place);
  if (!(semitone >= 0)) return "";
  const cents = Math.round(100 * (place - semitone));
  return `${nameOf(semitone)} ${cents < 0 ? "−" : "+"}${Math.abs(cents)} ct`;
}
