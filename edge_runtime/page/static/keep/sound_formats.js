// What a file says of itself that a browser does not tell: format, sample rate, bits.

const FLAC_BLOCK = 8; // where STREAMINFO begins: after the mark and a block's header
const MP3_RATES = [44100, 48000, 32000];
// What a frame's number of its bit rate stands for, in kbit/s; 0 and 15 are not used.
const MPEG1_KBPS = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0];
const SLOWER_KBPS = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0];
const SEARCHED_BYTES = 1 << 16; // for a mark that does not stand at a fixed place

const textAt = (bytes, at, length) => String.fromCharCode(...bytes.subarray(at, at + length));

/** Where a text is, at or after a byte; -1 if nowhere before another byte. */
function find(bytes, text, from = 0, until = bytes.length) {
  for (let at = from; at + text.length <= until; at += 1) {
    if (bytes[at] === text.charCodeAt(0) && textAt(bytes, at, text.length) === text) return at;
  }
  return -1;
}

/** First byte after a tag at the beginning, as MP3 has. */
function afterTag(bytes) {
  if (textAt(bytes, 0, 3) !== "ID3") return 0;
  return 10 + bytes.subarray(6, 10).reduce((size, part) => size * 128 + part, 0);
}

function flac(bytes, view, start) {
  if (textAt(bytes, start, 4) !== "fLaC") return null;
  const word = view.getUint32(start + FLAC_BLOCK + 10);
  return { name: "FLAC", rate: word >>> 12, bits: ((word >>> 4) & 31) + 1 };
}

function ogg(bytes, view) {
  if (textAt(bytes, 0, 4) !== "OggS") return null;
  if (find(bytes, "OpusHead", 0, SEARCHED_BYTES) >= 0) return { name: "Opus", rate: 48000 };
  const at = find(bytes, "\x01vorbis", 0, SEARCHED_BYTES);
  return at < 0 ? null : { name: "Ogg Vorbis", rate: view.getUint32(at + 12, true) };
}

function mpeg4(bytes, view) {
  if (textAt(bytes, 4, 4) !== "ftyp") return null;
  const table = find(bytes, "stsd"); // at the end of some files
  const at = table < 0 ? -1 : find(bytes, "mp4a", table, table + SEARCHED_BYTES);
  if (at < 0) return null;
  const rate = view.getUint16(at + 28);
  // What HE-AAC says may be half of what it holds.
  return { name: "M4A", rate: rate < 32000 ? 2 * rate : rate };
}

/** Rate of the frame of an MP3 at a byte, and where the next begins; null if none is. */
function mp3Frame(bytes, at) {
  const [first, second, third] = bytes.subarray(at, at + 3);
  const [version, layer, index] = [(second >> 3) & 3, (second >> 1) & 3, (third >> 2) & 3];
  if (first !== 0xff || second < 0xe0 || layer !== 1 || version === 1 || index === 3) return null;
  const slower = { 3: 1, 2: 2, 0: 4 }[version]; // MPEG 1, 2 and 2.5
  const rate = MP3_RATES[index] / slower;
  const kbps = (slower === 1 ? MPEG1_KBPS : SLOWER_KBPS)[third >> 4];
  const samples = slower === 1 ? 1152 : 576;
  const length = Math.floor((samples * 125 * kbps) / rate) + ((third >> 1) & 1);
  return kbps ? { rate, next: at + length } : null;
}

/** Two frames, one after the other: what looks like one occurs in any file. */
function mp3(bytes, start) {
  for (let at = start; at < Math.min(bytes.length, start + SEARCHED_BYTES); at += 1) {
    const frame = mp3Frame(bytes, at);
    if (frame && mp3Frame(bytes, frame.next)?.rate === frame.rate) {
      return { name: "MP3", rate: frame.rate };
    }
  }
  return null;
}

/**
 * @param buffer bytes of a file
 * @returns {{name, rate, bits}} `bits` only where samples are stored as they are; null
 *   if the format is not known
 */
export function formatOf(buffer) {
  const bytes = new Uint8Array(buffer);
  const view = new DataView(buffer);
  try {
    const start = afterTag(bytes);
    return (
      flac(bytes, view, start) ?? ogg(bytes, view) ?? mpeg4(bytes, view) ?? mp3(bytes, start)
    );
  } catch (error) {
    if (error instanceof RangeError) return null; // it is cut off
    throw error;
  }
}
