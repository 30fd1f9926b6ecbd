// A sound as the page holds it: the file that was opened, or a patch on another sound.

import { Spectra } from "../see/spectra.js";
import { channelsOf, interleaved, patchWav, wavLayout } from "./wav_layout.js";
import { changeWav } from "./wav_writer.js";

const MOST_BUFFERS = 6; // decoded sounds are large; those heard last are kept

const decoded = []; // sounds with a buffer, the latest first

export class Sound {
  #wav = null;
  #buffer = null;
  #spectra = null;
  #spare = null; // a copy of the buffer, for the next edit to change

  /** @param wav bytes of a WAV file */
  static opened(name, wav) {
    const sound = new Sound();
    const layout = wavLayout(wav);
    return Object.assign(sound, { name, layout, base: null, report: null, id: null }).#with(wav);
  }

  #with(wav) {
    this.#wav = wav;
    return this;
  }

  /**
   * This sound after an edit.
   *
   * @param report what the server says of it
   * @param patch WAV of the samples that have changed
   */
  edited(report, patch) {
    const { name, layout } = this;
    const changed = wavLayout(patch);
    return Object.assign(new Sound(), {
      name,
      layout,
      base: this,
      report,
      id: report.id,
      patch,
      first: report.first_sample,
      end: report.first_sample + changed.samples,
    });
  }

  /** What was added to another sound, as a sound of its own. */
  changeFrom(before) {
    const stem = this.name.replace(/\.[^.]*$/, "");
    return Sound.opened(`${stem}-change`, changeWav(before, this));
  }

  get rate() {
    return this.layout.rate;
  }

  get samples() {
    return this.layout.samples;
  }

  get duration() {
    return this.samples / this.rate;
  }

  /** Bytes it holds besides what it is made of. */
  get bytes() {
    return (this.patch ?? this.#wav).byteLength;
  }

  get wav() {
    if (this.#wav) return this.#wav;
    const { found, edits } = this.#since((sound) => sound.#wav);
    const wav = found.#wav.slice(0);
    for (const { patch, first } of edits) patchWav(wav, this.layout, first, patch);
    return wav;
  }

  /** Exact samples from one to another, channel after channel of each, full scale = 1. */
  piece(first, end) {
    const { layout } = this;
    const { found, edits } = this.#since((sound) => sound.#wav);
    const values = interleaved(found.#wav, layout, first, end);
    for (const edit of edits) {
      const [from, until] = [Math.max(first, edit.first), Math.min(end, edit.end)];
      if (from >= until) continue;
      const changed = wavLayout(edit.patch);
      const part = interleaved(edit.patch, changed, from - edit.first, until - edit.first);
      values.set(part, (from - first) * layout.channels);
    }
    return values;
  }

  get buffer() {
    const place = decoded.indexOf(this);
    if (place >= 0) decoded.splice(place, 1);
    this.#buffer ??= this.#decode();
    decoded.unshift(this);
    for (const old of decoded.splice(MOST_BUFFERS)) old.#buffer = old.#spare = null;
    return this.#buffer;
  }

  /** Copy what an edit will change, before it is there; only one sound has a copy. */
  prepareEdit() {
    for (const other of decoded) if (other !== this) other.#spare = null;
    this.#spare ??= copyOf(this.buffer);
  }

  get spectra() {
    const { buffer } = this;
    if (this.#spectra?.buffer === buffer) return this.#spectra;
    const { found, edits } = this.#since((sound) => !sound.base || sound.#spectra);
    const known = found.#spectra;
    this.#spectra = known
      ? known.edited(
          buffer,
          Math.min(...edits.map(({ first }) => first)),
          Math.max(...edits.map(({ end }) => end)),
        )
      : new Spectra(buffer);
    return this.#spectra;
  }

  /** The nearest sound this one was made from that has something, and the edits since. */
  #since(has) {
    const edits = [];
    let found = this;
    while (!has(found)) {
      edits.unshift(found);
      found = found.base;
    }
    return { found, edits };
  }

  #decode() {
    if (!this.base) return bufferOf(this.#wav, this.layout);
    const { found, edits } = this.#since((sound) => !sound.base || sound.#buffer);
    const spare = found.#spare;
    found.#spare = null;
    const buffer =
      spare ?? (found.#buffer ? copyOf(found.#buffer) : bufferOf(found.#wav, this.layout));
    for (const { patch, first } of edits) {
      channelsOf(patch, wavLayout(patch)).forEach((values, channel) => {
        buffer.copyToChannel(values, channel, first);
      });
    }
    return buffer;
  }
}

function bufferOf(wav, layout) {
  const buffer = emptyLike({
    length: layout.samples,
    numberOfChannels: layout.channels,
    sampleRate: layout.rate,
  });
  channelsOf(wav, layout).forEach((values, channel) => buffer.copyToChannel(values, channel));
  return buffer;
}

const emptyLike = ({ length, numberOfChannels, sampleRate }) =>
  new AudioBuffer({ length, numberOfChannels, sampleRate });

function copyOf(buffer) {
  const copy = emptyLike(buffer);
  for (let channel = 0; channel < buffer.numberOfChannels; channel += 1) {
    copy.copyToChannel(buffer.getChannelData(channel), channel);
  }
  return copy;
}
