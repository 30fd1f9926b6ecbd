// What the page is about: a model, a history of sounds and the edit that is under way.

import { Geometry } from "./aim/geometry.js";
import { Selection } from "./aim/selection.js";
import * as api from "./api.js";
import { matchedTo } from "./hear/level_match.js";
import { changeBetween } from "./hear/pieces.js";
import { History } from "./keep/history.js";
import { Sound } from "./keep/sound.js";
import { wavOf } from "./keep/wav_writer.js";

const AROUND_S = 0.4; // heard before an edit and after it, to hear it in its place

export class Session extends EventTarget {
  /** @param player plays the sounds */
  constructor(model, player) {
    super();
    this.model = model;
    this.player = player;
    this.history = null;
    this.selection = null;
    this.geometry = null;
    this.second = null; // { name, wav } for tools that mix
    this.comparing = false;
    this.onlyChange = false; // hear what was added to the original, and nothing else
    this.onlySelection = false; // hear the selection and a little around it
    this.matching = false; // hear original and result as loud as each other
    this.work = null; // AbortController of the edit under way
  }

  get sound() {
    return this.comparing ? this.history.original : this.history.sound;
  }

  /** What is to be heard of it. */
  get heard() {
    const { original, sound } = this.history;
    if (this.onlyChange) return changeBetween(original.buffer, sound.buffer);
    if (!this.matching || sound === original) return this.sound.buffer;
    const [own, other] = this.comparing ? [original, sound] : [sound, original];
    return matchedTo(own.buffer, other.buffer, this.range);
  }

  /** What was added to the original, as a sound of its own. */
  changeAlone() {
    const { original, sound } = this.history;
    const stem = original.name.replace(/\.[^.]*$/, "");
    return Sound.opened(`${stem}-change`, wavOf(changeBetween(original.buffer, sound.buffer)));
  }

  /** The part that is to be heard, in s; null: all of it. */
  get range() {
    const bounds = this.onlySelection ? this.selection.bounds : null;
    if (!bounds) return null;
    const end = Math.min(this.geometry.duration, bounds.end + AROUND_S);
    return [Math.max(0, bounds.start - AROUND_S), end];
  }

  /** Begin anew with a sound. */
  async open(name, wav) {
    this.cancel();
    this.work = new AbortController(); // the sound opened last wins
    const { signal } = this.work;
    const sound = Sound.opened(name, wav);
    try {
      await api.send(sound, signal);
      await this.player.useRate(sound.rate);
    } finally {
      if (this.work?.signal === signal) this.work = null;
    }
    if (signal.aborted) return;
    this.geometry = new Geometry(this.model, sound);
    this.selection = new Selection(this.geometry);
    this.#begin(sound);
    this.player.stop();
    this.#tell("open");
    this.#tell("sound");
  }

  /** Go on with another model; a box stays where it is. */
  useModel(model) {
    this.cancel();
    this.model = model;
    const { bounds } = this.selection;
    this.geometry = new Geometry(model, this.history.original);
    this.selection = new Selection(this.geometry);
    this.selection.box = bounds;
    this.#tell("sound");
    this.#tell("selection");
  }

  /** The result becomes the input of all that follows. */
  reuse() {
    this.cancel();
    this.#begin(this.history.sound.alone());
    this.#tell("sound");
  }

  /**
   * Edit the sound, several times with seeds that follow each other. The first result
   * is heard at once, the others follow to choose from.
   */
  async apply(label, request, { second, variations, progress }) {
    this.cancel();
    const work = new AbortController();
    this.work = work;
    const base = this.history.sound;
    let step = null;
    try {
      for (let number = 0; number < variations; number += 1) {
        progress(number, variations);
        const seed = (request.seed + number) % (this.model.largest_seed + 1);
        const parts = { second, model: this.model.name };
        const take = await api.edit(base, { ...request, seed }, parts, work.signal);
        if (work.signal.aborted) return;
        if (step) step.takes.push(take);
        else {
          step = this.history.push(label, take);
          this.comparing = false;
          this.#hear();
        }
        this.#tell("sound");
      }
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    } finally {
      if (this.work === work) this.work = null;
      this.#tell("sound");
    }
  }

  cancel() {
    this.work?.abort();
    this.work = null;
  }

  undo() {
    this.#move(() => this.history.undo());
  }

  redo() {
    this.#move(() => this.history.redo());
  }

  choose(number) {
    this.comparing = false;
    this.history.choose(number);
    if (this.player.playing) this.player.change(this.heard);
    else this.#hear();
    this.#tell("sound");
  }

  compare() {
    this.comparing = !this.comparing;
    this.#changed();
  }

  /** How much of the last step is heard and kept, from 0 to 1. */
  blend(share) {
    this.history.step.share = share;
    this.comparing = false;
    this.#changed();
  }

  /** Hear original and result as loud as each other, or as they are. */
  matchLevels(matching) {
    this.matching = matching;
    this.#changed();
  }

  /** Hear only what has changed, or all. */
  hearChange(only) {
    this.onlyChange = only;
    this.#changed();
  }

  /** Hear only the selection, or all. */
  hearSelection(only) {
    this.onlySelection = only;
    if (this.player.playing) this.player.play(this.heard, { range: this.range });
    this.#tell("sound");
  }

  play() {
    if (this.player.playing) this.player.stop();
    else this.player.play(this.heard, { range: this.range });
  }

  /** Go on from another place, or begin there. */
  seek(second) {
    this.player.play(this.heard, { from: second });
  }

  #changed() {
    this.player.change(this.heard);
    this.#tell("sound");
  }

  #begin(original) {
    this.history?.release();
    this.history = new History(original);
    this.comparing = false;
  }

  #move(step) {
    this.cancel();
    step();
    this.comparing = false;
    this.#changed();
  }

  /** In a loop the change comes where it begins anew; else play from just before it. */
  #hear() {
    const start = this.sound.report?.changed?.start_s ?? 0;
    if (this.player.playing && this.player.looping) this.player.changeAtBoundary(this.heard);
    else if (this.range) this.player.play(this.heard, { range: this.range });
    else this.player.play(this.heard, { from: Math.max(0, start - AROUND_S) });
  }

  #tell(what) {
    this.dispatchEvent(new Event(what));
  }
}
