// A file of any length, of which a passage is on the page; the rest stays where it is.

import { channelsOf, wavLayout } from "./wav_layout.js";

const HEAD_BYTES = 1 << 22; // where a file's samples have begun, whatever comes before
const PROBE_SAMPLES = 1024; // that stand for what lies around them in the overview

export class Song {
  #head = null;

  /** @param blob a whole WAV file @returns null if it is none */
  static async of(name, blob) {
    const head = await blob.slice(0, HEAD_BYTES).arrayBuffer();
    const layout = wavLayout(head, blob.size);
    if (!layout) return null;
    const song = Object.assign(new Song(), { name, blob, layout, first: 0 });
    song.#head = head.slice(0, layout.start);
    return song;
  }

  get duration() {
    return this.layout.samples / this.layout.rate;
  }

  /** The longest passage that a server takes, in s. */
  longest({ sound_s: seconds, samples, body_bytes: bytes }) {
    const { channels, rate, width } = this.layout;
    const room = bytes - this.#head.byteLength - 4096; // the form around it
    return Math.min(
      seconds,
      samples / (channels * rate),
      Math.floor(room / (channels * width)) / rate,
    );
  }

  /** Whether a server takes all of it. */
  fits(limits) {
    return this.duration <= this.longest(limits) && this.blob.size + 4096 <= limits.body_bytes;
  }

  /** A passage as a WAV file of the same kind; what it was cut from is remembered. */
  async passage(startS, lengthS) {
    const { rate, samples } = this.layout;
    this.first = Math.min(samples - 1, Math.max(0, Math.round(startS * rate)));
    const end = Math.min(samples, this.first + Math.max(1, Math.round(lengthS * rate)));
    const data = this.blob.slice(this.#byteOf(this.first), this.#byteOf(end));
    const head = this.#head.slice(0);
    const view = new DataView(head);
    view.setUint32(4, head.byteLength - 8 + data.size, true);
    view.setUint32(head.byteLength - 4, data.size, true);
    return new Blob([head, data]).arrayBuffer();
  }

  /** The whole file with an edited passage in its place; nothing else of it changes. */
  withPassage(wav) {
    const { start, samples, channels, width } = wavLayout(wav);
    const size = samples * channels * width;
    const from = this.#byteOf(this.first);
    return new Blob(
      [this.blob.slice(0, from), wav.slice(start, start + size), this.blob.slice(from + size)],
      { type: "audio/wav" },
    );
  }

  /** The whole file with an edited passage in its place, to choose another one of. */
  editedBy(wav) {
    const { name, layout, first } = this;
    const song = Object.assign(new Song(), { name, layout, first, blob: this.withPassage(wav) });
    song.#head = this.#head;
    return song;
  }

  /** How loud it is at some places, as shares of the loudest. */
  async levels(count) {
    const { samples } = this.layout;
    const length = Math.min(samples, PROBE_SAMPLES);
    const levels = [];
    for (let i = 0; i < count; i += 1) {
      const first = Math.floor((i / count) * (samples - length));
      const data = this.blob.slice(this.#byteOf(first), this.#byteOf(first + length));
      const layout = { ...this.layout, start: 0, samples: length };
      const channels = channelsOf(await data.arrayBuffer(), layout);
      levels.push(Math.max(...channels.map((values) => Math.max(...values.map(Math.abs)))));
    }
    const loudest = Math.max(1e-6, ...levels);
    return levels.map((level) => level / loudest);
  }

  #byteOf(sample) {
    const { start, channels, width } = this.layout;
    return start + sample * channels * width;
  }
}
