// Plays one sound, changes it while it plays, and never clicks.

import { Probe } from "./meter.js";
import { pieceOf } from "./pieces.js";
import { Voice } from "./voice.js";

const LEAD_S = 0.02; // a swap is decided at least this long before it happens

/** A clock at the wanted rate; where the browser has none, at its own. */
function contextAt(sampleRate) {
  try {
    return new AudioContext({ sampleRate, latencyHint: "interactive" });
  } catch (error) {
    if (error.name !== "NotSupportedError") throw error;
    return new AudioContext({ latencyHint: "interactive" });
  }
}

export class Player extends EventTarget {
  #voice = null;
  #next = null; // takes over from the voice at the loop's boundary
  #looping = false;
  #volume = 1;

  /** @param makeContext function from a sample rate to an audio context */
  constructor(makeContext = contextAt) {
    super();
    this.makeContext = makeContext;
    this.context = null;
    this.rate = null;
    this.probe = null; // what measures the level of what comes out
    this.buffer = null;
    this.range = null; // the part of the sound that is played, in s; null: all of it
  }

  /** Work at a sound's own rate, so that nothing is resampled. */
  async useRate(rate) {
    if (this.rate === rate) return;
    this.rate = rate;
    this.stop();
    this.buffer = null;
    await this.context?.close();
    this.context = this.makeContext(rate);
    this.output = new GainNode(this.context, { gain: this.#volume });
    this.output.connect(this.context.destination);
    this.probe = new Probe(this.output);
  }

  get volume() {
    return this.#volume;
  }

  set volume(value) {
    this.#volume = value;
    this.output?.gain.setTargetAtTime(value, this.context.currentTime, 0.01);
  }

  get playing() {
    return this.#voice !== null;
  }

  get looping() {
    return this.#looping;
  }

  set looping(value) {
    this.#looping = value;
    if (this.#voice) this.#voice.looping = value;
    if (!value) this.#dropNext();
  }

  /** Where playback is, in s. */
  get position() {
    if (!this.#voice) return 0;
    const start = this.range?.[0] ?? 0;
    return start + this.#voice.placeAt(this.#now()) / this.context.sampleRate;
  }

  /** Start a sound, or only a range of it, from a time of the sound in s. */
  play(buffer, { range = null, from = range?.[0] ?? 0 } = {}) {
    this.context.resume?.();
    this.#dropNext();
    this.#voice?.fadeOut();
    this.range = range;
    this.buffer = pieceOf(buffer, range);
    const start = Math.round((from - (range?.[0] ?? 0)) * this.context.sampleRate);
    const offset = Math.min(start, this.buffer.length - 1);
    this.#start(this.#now() + 64, offset, offset > 0);
  }

  stop() {
    this.#dropNext();
    this.#voice?.fadeOut();
    this.#voice = null;
    this.#tell();
  }

  /** Change the sound under the playhead at once, with a short crossfade. */
  change(buffer) {
    this.buffer = pieceOf(buffer, this.range);
    if (!this.#voice) return;
    this.#dropNext();
    const frame = this.#now() + 64;
    const offset = Math.min(this.#voice.placeAt(frame), this.buffer.length - 1);
    this.#voice.fadeOut();
    this.#start(frame, offset, true);
  }

  /** Change the sound where the loop begins anew: sample after sample, no fade. */
  changeAtBoundary(buffer) {
    if (!this.#voice || !this.#looping) {
      this.change(buffer);
      return;
    }
    this.#dropNext();
    this.buffer = pieceOf(buffer, this.range);
    const frame = this.#voice.boundaryAfter(
      this.#now() + Math.round(LEAD_S * this.context.sampleRate),
    );
    this.#voice.endAt(frame);
    this.#next = new Voice(this.output, this.buffer, {
      frame,
      offset: 0,
      looping: true,
      fadeIn: false,
    });
  }

  #now() {
    return Math.ceil(this.context.currentTime * this.context.sampleRate);
  }

  #start(frame, offset, fadeIn) {
    this.#adopt(
      new Voice(this.output, this.buffer, { frame, offset, looping: this.#looping, fadeIn }),
    );
  }

  #adopt(voice) {
    this.#voice = voice;
    voice.source.onended = () => {
      if (this.#voice !== voice) return;
      const next = this.#next;
      this.#next = null;
      if (next) this.#adopt(next);
      else {
        this.#voice = null;
        this.#tell();
      }
    };
    this.#tell();
  }

  /** Take back a change that has not happened yet. */
  #dropNext() {
    const next = this.#next;
    if (!next) return;
    this.#next = null;
    if (next.frame <= this.#now()) {
      this.#adopt(next); // its turn has come already
      return;
    }
    next.source.stop();
    next.source.disconnect();
    this.#voice.goOn();
  }

  #tell() {
    this.dispatchEvent(new Event("change"));
  }
}
