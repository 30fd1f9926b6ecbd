// Where the samples of a WAV file lie, and their values.

const FLOAT = 3;
const EXTENSIBLE = 0xfffe;

/**
 * @param wav a file, or its beginning; @param bytes of the whole file
 * @returns {{start, size, rate, channels, width, isFloat, samples}} null if not WAV
 */
export function wavLayout(wav, bytes = wav.byteLength) {
  const view = new DataView(wav);
  const name = (at) => String.fromCharCode(...new Uint8Array(wav, at, 4));
  if (wav.byteLength < 12 || name(0) !== "RIFF" || name(8) !== "WAVE") return null;
  let form = null;
  for (let at = 12; at + 8 <= wav.byteLength; ) {
    const size = view.getUint32(at + 4, true);
    const left = bytes - at - 8;
    if (name(at) === "data" && form) {
      const block = form.channels * form.width;
      const whole = size === 0xffffffff ? left - (left % block) : Math.min(size, left);
      return { ...form, start: at + 8, size: whole, samples: Math.floor(whole / block) };
    }
    if (name(at) === "fmt " && size >= 16 && left >= size) {
      const tag = view.getUint16(at + 8, true);
      const channels = view.getUint16(at + 10, true);
      const block = view.getUint16(at + 20, true);
      const kind = tag === EXTENSIBLE && size >= 40 ? view.getUint16(at + 32, true) : tag;
      form = {
        rate: view.getUint32(at + 12, true),
        channels,
        width: block / channels,
        isFloat: kind === FLOAT,
      };
    }
    at += 8 + size + (size % 2);
  }
  return null;
}

/** Function from a byte of the file to the value of the sample there, full scale = 1. */
function reader(view, { width, isFloat }) {
  if (isFloat)
    return width === 8
      ? (at) => view.getFloat64(at, true)
      : (at) => view.getFloat32(at, true);
  return {
    1: (at) => (view.getUint8(at) - 128) / 128,
    2: (at) => view.getInt16(at, true) / 32768,
    3: (at) => ((view.getInt8(at + 2) << 16) | view.getUint16(at, true)) / 8388608,
    4: (at) => view.getInt32(at, true) / 2147483648,
  }[width];
}

/** Function that stores the value of a sample at a byte of the file. */
export function writer(view, { width, isFloat }) {
  if (isFloat)
    return width === 8
      ? (at, value) => view.setFloat64(at, value, true)
      : (at, value) => view.setFloat32(at, value, true);
  return {
    1: (at, value) => view.setUint8(at, Math.round(value * 128) + 128),
    2: (at, value) => view.setInt16(at, Math.round(value * 32768), true),
    3: (at, value) => {
      const whole = Math.round(value * 8388608);
      view.setUint16(at, whole & 0xffff, true);
      view.setInt8(at + 2, whole >> 16);
    },
    4: (at, value) => view.setInt32(at, Math.round(value * 2147483648), true),
  }[width];
}

/** Samples as they are stored, channel after channel of each, full scale = 1. */
export function interleaved(wav, layout, first = 0, end = layout.samples) {
  const { start, channels, width } = layout;
  const read = reader(new DataView(wav), layout);
  const values = new Float64Array((end - first) * channels);
  const from = start + first * channels * width;
  for (let i = 0; i < values.length; i += 1) values[i] = read(from + i * width);
  return values;
}

/** Samples of each channel, between two samples of all there are. */
export function channelsOf(wav, layout, first = 0, end = layout.samples) {
  const { start, channels, width } = layout;
  const read = reader(new DataView(wav), layout);
  return Array.from({ length: channels }, (_, channel) => {
    const values = new Float32Array(end - first);
    for (let i = 0; i < values.length; i += 1) {
      values[i] = read(start + ((first + i) * channels + channel) * width);
    }
    return values;
  });
}

/** Replace some samples of a file by those of another one, in place. */
export function patchWav(wav, layout, firstSample, patch) {
  const piece = wavLayout(patch);
  const at = layout.start + firstSample * layout.channels * layout.width;
  new Uint8Array(wav, at, piece.size).set(new Uint8Array(patch, piece.start, piece.size));
}
