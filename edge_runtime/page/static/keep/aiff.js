// AIFF, which few browsers read, as WAV: the same samples in another order of bytes.

import { emptyWav } from "./wav_writer.js";

// What AIFF-C calls samples that are not compressed, and how they lie.
const KINDS = {
  NONE: {},
  twos: {},
  sowt: { isLittle: true },
  fl32: { isFloat: true, width: 4 },
  FL32: { isFloat: true, width: 4 },
  fl64: { isFloat: true, width: 8 },
  FL64: { isFloat: true, width: 8 },
};

/** A number of 80 bits, as AIFF writes a sample rate. */
function extendedAt(view, at) {
  const exponent = (view.getUint16(at) & 0x7fff) - 16383;
  return view.getUint32(at + 2) * 2 ** (exponent - 31);
}

function commonAt(view, at, isCompressed) {
  const bits = view.getUint16(at + 6);
  const name = isCompressed
    ? String.fromCharCode(...new Uint8Array(view.buffer, at + 18, 4))
    : "NONE";
  return {
    channels: view.getUint16(at),
    samples: view.getUint32(at + 2),
    rate: Math.round(extendedAt(view, at + 8)),
    // Of floats, some programs write another number of bits than they have.
    kind: KINDS[name] && { width: Math.ceil(bits / 8), ...KINDS[name] },
  };
}

/**
 * @param buffer bytes of a file
 * @returns {{wav, rate, width, isFloat, isCut}} `isCut` if samples are missing at the
 *   end; null if it is no AIFF, or a compressed one
 */
export function readAiff(buffer) {
  const view = new DataView(buffer);
  const name = (at) => String.fromCharCode(...new Uint8Array(buffer, at, 4));
  if (buffer.byteLength < 12 || name(0) !== "FORM") return null;
  const isCompressed = name(8) === "AIFC";
  if (!isCompressed && name(8) !== "AIFF") return null;
  let [common, sound] = [null, null];
  for (let at = 12; at + 8 <= buffer.byteLength; ) {
    const size = view.getUint32(at + 4);
    if (name(at) === "COMM") common = commonAt(view, at + 8, isCompressed);
    if (name(at) === "SSND") sound = at + 16 + view.getUint32(at + 8);
    at += 8 + size + (size % 2);
  }
  if (!common?.kind || !sound) return null;
  const { channels, rate, kind } = common;
  const { width, isFloat = false } = kind;
  if (!channels || !width || (width > 4 && !isFloat)) return null;
  const there = Math.floor((buffer.byteLength - sound) / (channels * width));
  const samples = Math.min(common.samples, there);
  const { view: wav, start } = emptyWav(samples, channels, rate, { width, isFloat });
  const from = new Uint8Array(buffer, sound, samples * channels * width);
  const to = new Uint8Array(wav.buffer, start);
  for (let i = 0; i < from.length; i += width) {
    for (let byte = 0; byte < width; byte += 1) {
      to[i + byte] = from[i + (kind.isLittle ? byte : width - 1 - byte)];
    }
  }
  // WAV has no sign in 8 bits.
  if (width === 1) to.forEach((value, i) => (to[i] = value ^ 0x80));
  return { wav: wav.buffer, rate, width, isFloat, isCut: samples < common.samples };
}
