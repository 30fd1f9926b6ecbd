// WAV files: decoded audio, and differences of sounds.

import { writer } from "./wav_layout.js";

const PIECE = 1 << 16; // samples that are computed together

/**
 * Decoded audio, for formats the server does not read.
 *
 * @param kind bytes of a sample and whether it is a float
 */
export function wavOf(audio, kind = { width: 4, isFloat: true }) {
  const channels = Math.min(2, audio.numberOfChannels);
  const { view, start } = emptyWav(audio.length, channels, audio.sampleRate, kind);
  const data = Array.from({ length: channels }, (_, channel) => audio.getChannelData(channel));
  const [write, stored] = [writer(view, kind), storedOf(data, kind)];
  data.forEach((values, channel) => {
    for (let i = 0; i < values.length; i += 1) {
      write(start + (i * channels + channel) * kind.width, stored(values[i]));
    }
  });
  return view.buffer;
}

/** Function from a value as a browser decodes it to the one in the file. */
function storedOf(data, { width, isFloat }) {
  if (isFloat) return (value) => value;
  const full = 2 ** (8 * width - 1);
  const most = (full - 1) / full;
  // Chromium divides positive samples of 16 bits by 32767, and not by 32768.
  const isExact = data.every((values) => values.every((value) => Number.isInteger(value * full)));
  const scale = isExact ? 1 : most;
  return (value) => Math.min(most, value > 0 ? value * scale : value);
}

/**
 * What was added to one sound to make another: in 32 bits where they hold all of it, in
 * 64 where the samples are floats or of 32 bits themselves.
 */
export function changeWav(before, after) {
  const { samples, rate, layout } = before;
  const { channels, width } = layout;
  const wide = width >= 4;
  const kind = { width: wide ? 8 : 4, isFloat: true };
  const { view, start } = emptyWav(samples, channels, rate, kind);
  for (let first = 0; first < samples; first += PIECE) {
    const end = Math.min(samples, first + PIECE);
    const old = before.piece(first, end);
    after.piece(first, end).forEach((value, i) => {
      const at = start + (first * channels + i) * kind.width;
      if (wide) view.setFloat64(at, value - old[i], true);
      else view.setFloat32(at, value - old[i], true);
    });
  }
  return view.buffer;
}

/** An empty file, and where its samples begin. */
export function emptyWav(samples, channels, rate, { width, isFloat }) {
  const start = 44;
  const size = samples * channels * width;
  const view = new DataView(new ArrayBuffer(start + size));
  const text = (at, letters) =>
    [...letters].forEach((c, i) => view.setUint8(at + i, c.charCodeAt(0)));
  text(0, "RIFF");
  view.setUint32(4, start - 8 + size, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, isFloat ? 3 : 1, true); // IEEE float, or PCM
  view.setUint16(22, channels, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate * channels * width, true);
  view.setUint16(32, channels * width, true);
  view.setUint16(34, 8 * width, true);
  text(36, "data");
  view.setUint32(40, size, true);
  return { view, start };
}
