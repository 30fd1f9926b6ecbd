// What the page is about: a model, a history of sounds and the edit that is under way.

import * as api from "./api.js";
import { Geometry } from "./geometry.js";
import { History } from "./history.js";
import { Selection } from "./selection.js";

export class Session extends EventTarget {
  /** @param player plays and decodes the sounds */
  constructor(model, player) {
    super();
    this.model = model;
    this.player = player;
    this.history = null;
    this.selection = null;
    this.geometry = null;
    this.second = null; // { name, wav } for tools that mix
    this.comparing = false;
    this.work = null; // AbortController of the edit under way
  }

  get sound() {
    return this.comparing ? this.history.original : this.history.sound;
  }

  /** Begin anew with a sound. */
  async open(name, wav) {
    this.cancel();
    this.work = new AbortController(); // the sound opened last wins
    const { signal } = this.work;
    const analysis = await api.analyse(wav, signal);
    await this.player.useRate(analysis.sample_rate);
    const buffer = await this.player.decode(wav);
    if (signal.aborted) return;
    this.work = null;
    this.geometry = new Geometry(this.model, analysis);
    this.selection = new Selection(this.geometry.mapFrames, this.geometry.mapBins);
    this.#begin({ name, wav, buffer, analysis, report: null });
    this.player.stop();
    this.#tell("sound");
  }

  /** The result becomes the input of all that follows. */
  reuse() {
    const { name, wav, buffer, analysis } = this.history.sound;
    this.cancel();
    this.#begin({ name, wav, buffer, analysis, report: null });
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
        const { wav, report } = await api.edit(
          base.wav,
          { ...request, seed },
          second,
          work.signal,
        );
        const buffer = await this.player.decode(wav);
        if (work.signal.aborted) return;
        const take = { name: base.name, wav, buffer, analysis: null, report };
        if (step) step.takes.push(take);
        else {
          step = this.history.push(label, take);
          this.comparing = false;
          this.#hear(take);
        }
        this.#tell("sound");
        take.analysis = await api.analyse(wav, work.signal);
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

  async choose(number) {
    this.comparing = false;
    this.history.choose(number);
    if (this.player.playing) this.player.change(this.sound.buffer);
    else this.#hear(this.sound);
    this.#tell("sound");
    await this.#fillIn(this.sound);
  }

  compare() {
    this.comparing = !this.comparing;
    this.player.change(this.sound.buffer);
    this.#tell("sound");
  }

  play() {
    if (this.player.playing) this.player.stop();
    else this.player.play(this.sound.buffer);
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
    this.player.change(this.sound.buffer);
    this.#tell("sound");
    this.#fillIn(this.sound);
  }

  /** In a loop the change comes where it begins anew; else play from just before it. */
  #hear(take) {
    if (this.player.playing && this.player.looping) this.player.changeAtBoundary(take.buffer);
    else this.player.play(take.buffer, Math.max(0, (take.report?.box?.start_s ?? 0) - 0.4));
  }

  /** A picture that a cancelled edit left out. */
  async #fillIn(take) {
    if (take.analysis) return;
    take.analysis = await api.analyse(take.wav);
    this.#tell("sound");
  }

  #tell(what) {
    this.dispatchEvent(new Event(what));
  }
}
