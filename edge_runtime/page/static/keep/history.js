// A tree of takes, and the place in it where one is; going back loses nothing.

import { Step } from "./take.js";

const MOST_BYTES = 256 * 2 ** 20; // of takes one does not go back to by undo

export class History {
  /** @param original the sound everything began with */
  constructor(original) {
    this.step = new Step({ label: "Input" });
    this.step.add(null, original).inputShare = 1;
    this.all = [this.step]; // in the order they were made
    this.kept = []; // takes with a name: { name, take, share }
  }

  /** The sound as it is here. */
  get sound() {
    return this.step.take.heard;
  }

  /** What it is compared with: the latest input on the way here. */
  get original() {
    const input = this.step.take.line.findLast((take) => take.inputShare !== null);
    return input.blend(input.inputShare);
  }

  get canUndo() {
    return this.step.from !== null;
  }

  get canRedo() {
    return this.step.take.next !== null;
  }

  /** The steps that led here, and those that redo brings back. */
  get steps() {
    const steps = this.step.take.line.map((take) => take.step);
    for (let { next } = this.step.take; next; { next } = next.take) steps.push(next);
    return steps;
  }

  /** A new step after a share of a take, which becomes the place. */
  push(made, from, share) {
    this.goTo(from, share);
    from.next = this.step = new Step(made, from, share);
    this.all.push(this.step);
    return this.step;
  }

  undo() {
    if (this.canUndo) this.goTo(this.step.from, this.step.fromShare);
  }

  /** Go to a take, wherever it is in the tree. */
  goTo(take, share = take.share) {
    for (const { step } of take.line.slice(1)) {
      step.from.share = step.fromShare;
      step.from.next = step;
      step.from.step.chosen = step.from.step.takes.indexOf(step.from);
    }
    take.share = share;
    this.step = take.step;
    this.step.chosen = this.step.takes.indexOf(take);
  }

  /** What is here becomes what all that follows is compared with. */
  useAsInput() {
    this.step.take.inputShare = this.step.share;
  }

  /** Takes that became inputs. */
  get inputs() {
    const takes = this.all.slice(1).flatMap((step) => step.takes);
    return takes.filter((take) => take.inputShare !== null);
  }

  /** The kept take that is here; undefined if none is. */
  get keptHere() {
    const { take } = this.step;
    return this.kept.find((kept) => kept.take === take && kept.share === take.share);
  }

  /** Keep what is here under the first letter that is free, or keep it no longer. */
  toggleKept() {
    const { keptHere } = this;
    if (keptHere) this.kept.splice(this.kept.indexOf(keptHere), 1);
    else this.kept.push({ name: this.#freeLetter(), take: this.step.take, share: this.step.share });
  }

  /** Let go of the sounds of old takes that nothing here was made from. */
  forgetOld() {
    const held = new Set([this.step.take, ...this.kept.map(({ take }) => take)].flatMap((t) => t.line));
    const others = this.all
      .flatMap(({ takes }) => takes)
      .filter((take) => take.sound && !held.has(take) && take.step !== this.step);
    let bytes = others.reduce((sum, { sound }) => sum + sound.bytes, 0);
    for (const take of others) {
      if (bytes <= MOST_BYTES) return;
      bytes -= take.sound.bytes;
      release(take);
      take.sound = null; // made again from its seed if somebody wants it
    }
  }

  /** Give back what addresses of files hold. */
  release() {
    this.all.flatMap(({ takes }) => takes).forEach(release);
  }

  #freeLetter() {
    const names = this.kept.map(({ name }) => name);
    const letters = Array.from({ length: 26 }, (_, i) => String.fromCharCode(65 + i));
    const numbers = names.map((_, i) => `Take ${i + 1}`);
    return [...letters, ...numbers].find((name) => !names.includes(name));
  }
}

function release({ sound }) {
  if (sound?.url) URL.revokeObjectURL(sound.url);
  if (sound) sound.url = undefined;
}
