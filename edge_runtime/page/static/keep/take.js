// One edit and what came of it: takes that differ in their seeds.

import { blended } from "./blend.js";

export class Take {
  #blends = new Map(); // by share; the last two are asked for again and again

  /** @param sound null: it can be made again from its step and seed */
  constructor(step, seed, sound) {
    this.step = step;
    this.seed = seed;
    this.sound = sound;
    this.share = 1; // how much of it is heard and kept, from 0 to 1
    this.inputShare = null; // how much of it is what later edits are compared with
    this.next = null; // the step that followed it last
  }

  /** As much of it as is wanted. */
  get heard() {
    return this.blend(this.share);
  }

  /** As much of it as told; the same sound when it is asked for again. */
  blend(share) {
    const { sound } = this;
    if (share === 1) return sound;
    let known = this.#blends.get(share);
    this.#blends.delete(share);
    if (known?.sound !== sound) known = { sound, result: blended(sound, share) };
    this.#blends.set(share, known);
    if (this.#blends.size > 2) this.#blends.delete(this.#blends.keys().next().value);
    return known.result;
  }

  /** It and what it grew from, the sound that was opened first. */
  get line() {
    const { from } = this.step;
    return from ? [...from.line, this] : [this];
  }
}

export class Step {
  /**
   * @param made what it takes to make its takes again: label, edit (the request without
   *   its seed), model ({name, sha256}) and second ({name, wav}, or null)
   * @param from the take it changes; null: it is the sound that was opened
   * @param share how much of that take there was
   */
  constructor(made, from = null, share = 1) {
    Object.assign(this, { label: "", edit: null, model: null, second: null }, made);
    this.from = from;
    this.fromShare = share;
    this.takes = [];
    this.chosen = 0;
  }

  get take() {
    return this.takes[this.chosen];
  }

  get share() {
    return this.take.share;
  }

  set share(share) {
    this.take.share = share;
  }

  /** The sound that was edited. */
  get base() {
    return this.from.blend(this.fromShare);
  }

  add(seed, sound) {
    const take = new Take(this, seed, sound);
    this.takes.push(take);
    return take;
  }

  /** The request that makes a take. */
  request(take) {
    return { ...this.edit, seed: take.seed };
  }
}
