// Levels of a sound at times and frequencies, computed when they are looked at.

import { Fft } from "./fft.js";

const WINDOW_S = 0.08; // long enough to tell low notes, short enough to see a beat
const HOPS_PER_WINDOW = 10; // closer together columns hardly differ
const COARSE = 8; // a picture of every eighth column comes first
const MOST_COLUMNS = 20_000; // kept, of some kilobytes each
const FLOOR_DB = -127.5;
const STEP_DB = 0.5; // a level is a byte

const ffts = new Map();

function fftOf(size) {
  if (!ffts.has(size)) ffts.set(size, new Fft(size));
  return ffts.get(size);
}

/** A level's decibels; a sine at full scale has 0 dB. */
export const decibelsOf = (level) => FLOOR_DB + STEP_DB * level;

export class Spectra {
  #columns = new Map(); // hop -> column number -> levels of all bins

  constructor(buffer) {
    this.buffer = buffer;
    this.rate = buffer.sampleRate;
    const length = Math.round(WINDOW_S * this.rate);
    this.size = 2 ** Math.ceil(Math.log2(length));
    this.binHertz = this.rate / this.size;
    this.finestHop = 2 ** Math.ceil(Math.log2(length / HOPS_PER_WINDOW));
    this.real = new Float64Array(this.size);
    this.imaginary = new Float64Array(this.size);
    this.window = Float64Array.from(
      { length },
      (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / length),
    );
  }

  /** Those of an edited sound: what is as it was need not be computed again. */
  edited(buffer, firstSample, endSample) {
    const spectra = new Spectra(buffer);
    const reach = this.window.length / 2 + 1;
    for (const [hop, columns] of this.#columns) {
      const kept = [...columns].filter(
        ([number]) => number * hop + hop + reach < firstSample || number * hop - hop - reach > endSample,
      );
      spectra.#columns.set(hop, new Map(kept));
    }
    return spectra;
  }

  /** Distance of columns that suits a picture of so many samples per pixel. */
  hopFor(samplesPerPixel) {
    return Math.max(this.finestHop, 2 ** Math.floor(Math.log2(samplesPerPixel)));
  }

  /**
   * Levels beside a time: two columns and how far it is from the first to the second; of
   * a coarser picture if this one is not ready, undefined if there is none.
   */
  columnsAt(hop, second) {
    const place = (second * this.rate) / hop;
    const columns = this.#columns.get(hop);
    const first = columns?.get(Math.floor(place));
    const next = columns?.get(Math.floor(place) + 1);
    if (first && next) return { first, next, share: place - Math.floor(place) };
    for (const [other, coarser] of this.#columns) {
      const near = coarser.get(Math.round((second * this.rate) / other));
      if (near) return { first: near, next: near, share: 0 };
    }
    return undefined;
  }

  /** Compute columns between two times for some ms; whether all are there. */
  prepare(hop, start, end, forMs) {
    const deadline = performance.now() + forMs;
    return (
      this.#prepare(hop * COARSE, start, end, deadline) && this.#prepare(hop, start, end, deadline)
    );
  }

  #prepare(hop, start, end, deadline) {
    if (!this.#columns.has(hop)) this.#makeRoom(hop);
    const columns = this.#columns.get(hop);
    const last = Math.floor((end * this.rate) / hop) + 1;
    for (let number = Math.floor((start * this.rate) / hop); number <= last; number += 1) {
      if (columns.has(number)) continue;
      if (performance.now() > deadline) return false;
      columns.set(number, this.#compute(number * hop, hop));
    }
    return true;
  }

  /** Level of the loudest place, as far as a few looks tell, in dB. */
  loudest() {
    const looks = 48;
    let level = 0;
    for (let i = 0; i < looks; i += 1) {
      const place = Math.round(((i + 0.5) / looks) * this.buffer.length);
      level = Math.max(level, ...this.#compute(place, 1));
    }
    return decibelsOf(level);
  }

  /** Level at one place, in dB. */
  decibelsAt(second, hertz) {
    const bin = Math.min(this.size / 2, Math.round(hertz / this.binHertz));
    return decibelsOf(this.#compute(Math.round(second * this.rate), 1)[bin]);
  }

  /** The strongest frequency near one, within so many Hz. */
  peakNear(second, hertz, within) {
    const levels = this.#compute(Math.round(second * this.rate), 1);
    const first = Math.max(1, Math.floor((hertz - within) / this.binHertz));
    const last = Math.min(this.size / 2 - 1, Math.ceil((hertz + within) / this.binHertz));
    let best = Math.min(last, Math.max(first, Math.round(hertz / this.binHertz)));
    for (let bin = first; bin <= last; bin += 1) if (levels[bin] > levels[best]) best = bin;
    // Its multiples must hold as well: the top of the parabola through three levels.
    const [before, top, after] = levels.subarray(best - 1, best + 2);
    const bend = before - 2 * top + after;
    const isPeak = top >= Math.max(before, after) && bend < 0;
    return (best + (isPeak ? (before - after) / (2 * bend) : 0)) * this.binHertz;
  }

  #makeRoom(hop) {
    const held = [...this.#columns.values()].reduce((sum, columns) => sum + columns.size, 0);
    if (held > MOST_COLUMNS) this.#columns.clear();
    this.#columns.set(hop, new Map());
  }

  /** The loudest of all channels and, in wide columns, of several windows. */
  #compute(centre, hop) {
    const windows = Math.max(1, Math.min(4, Math.round(hop / this.window.length)));
    const levels = new Uint8Array(this.size / 2 + 1);
    for (let i = 0; i < windows; i += 1) {
      this.#add(levels, centre + Math.round(((i + 0.5) / windows - 0.5) * hop));
    }
    return levels;
  }

  #add(levels, centre) {
    const { buffer, size, window, real, imaginary } = this;
    real.fill(0);
    imaginary.fill(0);
    const left = buffer.getChannelData(0);
    const right = buffer.numberOfChannels > 1 ? buffer.getChannelData(1) : null;
    const start = centre - (window.length >> 1);
    const from = Math.max(0, -start);
    const to = Math.min(window.length, left.length - start);
    for (let i = from; i < to; i += 1) {
      real[i] = left[start + i] * window[i];
      if (right) imaginary[i] = right[start + i] * window[i];
    }
    fftOf(size).transform(real, imaginary);
    // Two real sounds in one transform: their spectra are its even and odd parts.
    const scale = (window.length / 2) ** 2;
    for (let bin = 0; bin <= size / 2; bin += 1) {
      const mirror = (size - bin) % size;
      const [a, b] = [real[bin], imaginary[bin]];
      const [c, d] = [real[mirror], imaginary[mirror]];
      const first = (a + c) ** 2 + (b - d) ** 2;
      const second = (b + d) ** 2 + (c - a) ** 2;
      const power = Math.max(first, second) / scale;
      const level = (10 * Math.log10(power + 1e-13) - FLOOR_DB) / STEP_DB;
      if (level > levels[bin]) levels[bin] = Math.min(255, level);
    }
  }
}
