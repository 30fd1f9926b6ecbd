// What the page is about: a model, a history of sounds and the edit that is under way.

import { Geometry } from "./aim/geometry.js";
import { Selection } from "./aim/selection.js";
import * as api from "./api.js";
import { matchedTo } from "./hear/level_match.js";
import { changeBetween } from "./hear/pieces.js";
import { History } from "./keep/history.js";
import { historyOf } from "./keep/session_document.js";
import { Sound } from "./keep/sound.js";

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
    this.song = null; // the whole file, where only a passage of it is open
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

  /** The part that is to be heard, in s; null: all of it. */
  get range() {
    const bounds = this.onlySelection ? this.selection.bounds : null;
    if (!bounds) return null;
    const end = Math.min(this.geometry.duration, bounds.end + AROUND_S);
    return [Math.max(0, bounds.start - AROUND_S), end];
  }

  /** Begin anew with a sound, maybe a passage of a song; the one opened last wins. */
  async open(name, wav, song = null) {
    const sound = Sound.opened(name, wav);
    await this.#while(async (signal) => {
      await api.send(sound, signal);
      await this.player.useRate(sound.rate);
      if (signal.aborted) return;
      this.song = song;
      this.#begin(new History(sound));
    });
  }

  /**
   * Go on with a saved session; what has no sound there is made again.
   *
   * @param saved as `documentOf` gives it
   * @param begun the history in it and its result, as `historyOf` gives them
   * @param song what its sound is a passage of, if that is there
   */
  async openSaved(saved, begun = historyOf(saved), song = null) {
    const { history, take, share } = begun;
    await this.#while(async (signal) => {
      if (!take.sound) await api.checkModels(saved.models);
      const { model } = take.step;
      const known = model && model.name !== this.model.name && (await api.getModel(model.name));
      await this.player.useRate(history.sound.rate);
      if (signal.aborted) return;
      this.song = song;
      if (known) this.#setModel(known);
      this.#begin(history);
      if (saved.selection) this.selection.read(saved.selection);
      this.#tell("selection");
    });
    if (this.history === history) await this.goTo(take, share);
  }

  /** Go on with another model; a box stays where it is. */
  useModel(model) {
    this.cancel();
    this.#setModel(model);
    const { bounds } = this.selection;
    this.geometry = new Geometry(model, this.history.original);
    this.selection = new Selection(this.geometry);
    this.selection.box = bounds;
    this.#tell("sound");
    this.#tell("selection");
  }

  #setModel(model) {
    this.model = model;
    this.#tell("model");
  }

  /** What all that follows is compared with; the steps before stay. */
  useAsInput() {
    this.cancel();
    this.history.useAsInput();
    this.comparing = false;
    this.#tell("sound");
  }

  /**
   * Edit the sound, several times with seeds that follow each other. The first result
   * is heard at once, the others follow to choose from.
   */
  async apply(label, request, { second, variations, progress }) {
    const { seed: first, ...edit } = request;
    const { history } = this;
    const { take: from, share } = history.step;
    const base = from.blend(share);
    const model = { name: this.model.name, sha256: this.model.sha256 };
    let step = null;
    await this.#while(async (signal) => {
      for (let number = 0; number < variations; number += 1) {
        progress(number, variations);
        const seed = (first + number) % (this.model.largest_seed + 1);
        const parts = { second, model: model.name };
        const edited = api.edit(base, { ...edit, seed }, parts, signal);
        if (!step) base.prepareEdit();
        const sound = await edited;
        if (signal.aborted) return;
        if (step) step.add(seed, sound);
        else {
          step = history.push({ label, edit, model, second }, from, share);
          step.add(seed, sound);
          this.comparing = false;
          this.#hear();
        }
        this.#tell("sound");
      }
    });
    history.forgetOld();
    this.#prepareNext();
  }

  /** While nobody waits, copy what the next edit will change: of a song that takes long. */
  #prepareNext() {
    const { sound } = this.history;
    window.requestIdleCallback?.(() => {
      if (!this.work && this.history.sound === sound) sound.prepareEdit();
    });
  }

  /** Make a take again, and what it was made from, if the sounds are not there. */
  async render(take) {
    for (const each of take.line) {
      if (each.sound) continue;
      const { base, second, model } = each.step;
      const parts = { second, model: model.name };
      await this.#while(async (signal) => {
        each.sound = await api.edit(base, each.step.request(each), parts, signal);
      });
      if (!each.sound) return; // given up
    }
  }

  /** Run a job that `cancel` ends; the one begun last wins. */
  async #while(job) {
    this.cancel();
    const work = new AbortController();
    this.work = work;
    try {
      await job(work.signal);
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    } finally {
      if (this.work === work) this.work = null;
      if (this.history) this.#tell("sound");
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
    const { next } = this.history.step.take;
    return next && this.goTo(next.take);
  }

  choose(number) {
    const take = this.history.step.takes[number];
    return take && this.goTo(take);
  }

  /** Hear a take, and go on from it. */
  async goTo(take, share = take.share) {
    if (!take.sound) await this.render(take);
    if (!take.sound) return;
    const isHere = take.step === this.history.step;
    this.history.goTo(take, share);
    this.comparing = false;
    if (this.player.playing || !isHere) this.player.change(this.heard);
    else this.#hear();
    this.#tell("sound");
  }

  /** Keep the take that is heard under a name, or keep it no longer. */
  toggleKept() {
    this.history.toggleKept();
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
    const { range } = this;
    const isInside = !range || (second >= range[0] && second < range[1]);
    if (!isInside) this.onlySelection = false; // whoever clicks there wants to hear it
    this.player.play(this.heard, { from: second, range: isInside ? range : null });
    this.#tell("sound");
  }

  #changed() {
    this.player.change(this.heard);
    this.#tell("sound");
  }

  #begin(history) {
    this.history?.release();
    this.history = history;
    this.geometry = new Geometry(this.model, history.original);
    this.selection = new Selection(this.geometry);
    this.comparing = false;
    this.player.stop();
    this.#tell("open");
    this.#prepareNext();
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
