// Where a step changed the sound and how, in words and to copy.

import { choiceName } from "../choose/tools.js";

const seconds = (value) => Number(value.toFixed(2));
const percent = (share) => `${Math.round(100 * share)} %`;

/** Where: s and Hz of a box, or how many cells. */
function place({ time, freq, cells }) {
  if (cells) {
    const count = cells.reduce((sum, row) => sum + row.replaceAll("0", "").length, 0);
    return count === 1 ? "1 cell" : `${count} cells`;
  }
  return `${seconds(time[0])}–${seconds(time[1])} s, ${Math.round(freq[0])}–${Math.round(freq[1])} Hz`;
}

/** @param take of a step that has an edit */
export function settingsText(take) {
  const { edit, model, second } = take.step;
  const words = [place(edit)];
  if (edit.variation !== undefined) words.push(`variation ${percent(edit.variation)}`);
  else if (edit.prior) words.push(choiceName(edit.prior).toLowerCase());
  if (edit.temperature !== undefined) words.push(`temperature ${edit.temperature}`);
  if (edit.strength !== undefined) words.push(`strength ${percent(edit.strength)}`);
  if (edit.axis) words.push(`along ${choiceName(edit.axis).toLowerCase()}`);
  words.push(`phase ${choiceName(edit.phase).toLowerCase()}`);
  if (second) words.push(`with ${second.name}`);
  if (take.share < 1) words.push(`mix ${percent(take.share)}`);
  words.push(model.name, `seed ${take.seed}`);
  return words.join(" · ");
}

/** The same for the server's address /api/edit and the file of a session. */
export function settingsJson(take) {
  const { step } = take;
  return JSON.stringify({ model: step.model.name, edit: step.request(take), mix: take.share });
}
