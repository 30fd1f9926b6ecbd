// Steps that can be undone and redone; each holds the variations it was given.

import { blended } from "./blend.js";

const MOST_BYTES = 256 * 2 ** 20;

function releaseStep(step) {
  for (const take of step.takes) {
    if (take.url) URL.revokeObjectURL(take.url);
    take.url = undefined;
  }
}

export class History {
  #blend = {}; // the last one, which is asked for again and again

  /** @param original the sound everything began with; A/B compares with it. */
  constructor(original) {
    this.original = original;
    this.steps = [{ label: "input", takes: [original], chosen: 0, share: 1 }];
    this.place = 0;
  }

  get step() {
    return this.steps[this.place];
  }

  /** The chosen take, as much of it as is wanted. */
  get sound() {
    const { takes, chosen, share } = this.step;
    const take = takes[chosen];
    if (share === 1) return take;
    if (this.#blend.take !== take || this.#blend.share !== share) {
      this.#blend = { take, share, sound: blended(take, share) };
    }
    return this.#blend.sound;
  }

  get canUndo() {
    return this.place > 0;
  }

  get canRedo() {
    return this.place < this.steps.length - 1;
  }

  /** A new step after this one; what could be redone is gone. */
  push(label, take) {
    this.steps.splice(this.place + 1).forEach(releaseStep);
    this.steps.push({ label, takes: [take], chosen: 0, share: 1 });
    this.place += 1;
    this.#forgetOldest();
    return this.step;
  }

  undo() {
    if (this.canUndo) this.place -= 1;
  }

  redo() {
    if (this.canRedo) this.place += 1;
  }

  choose(number) {
    if (number < this.step.takes.length) this.step.chosen = number;
  }

  /** Give back what addresses of files hold. */
  release() {
    this.steps.forEach(releaseStep);
  }

  #forgetOldest() {
    const bytes = (step) => step.takes.reduce((sum, take) => sum + take.bytes, 0);
    let held = this.steps.reduce((sum, step) => sum + bytes(step), 0);
    while (held > MOST_BYTES && this.place > 1) {
      const oldest = this.steps.shift();
      held -= bytes(oldest);
      if (oldest.takes[0] !== this.original) releaseStep(oldest);
      this.place -= 1;
    }
  }
}
