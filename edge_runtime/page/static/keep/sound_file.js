// From a file somebody chose or dropped to WAV, and to a passage of it if it is long.

import { readAiff } from "./aiff.js";
import { choosePassage } from "./passage_dialog.js";
import { Song } from "./song.js";
import { formatOf } from "./sound_formats.js";
import { wavOf } from "./wav_writer.js";

const DECODE_RATE = 44100; // where a file does not say its own
const RATES = [8000, 192000]; // lowest and highest that browsers decode at
const FLOAT = { width: 4, isFloat: true };

async function isWav(file) {
  const start = await file.slice(0, 12).text();
  return start.startsWith("RIFF") && start.endsWith("WAVE");
}

/** What becomes of a format that is not WAV, in words. */
function wavText(name, rate, { width, isFloat }) {
  const bits = `${8 * width} bits${isFloat ? ", float" : ""}`;
  return `${name} goes on as WAV (${rate / 1000} kHz, ${bits}), without its tags`;
}

/** Decode with the browser, at the file's own rate and width as far as it tells them. */
async function decoded(bytes) {
  const format = formatOf(bytes);
  const isUsual = format?.rate >= RATES[0] && format.rate <= RATES[1];
  const rate = isUsual ? format.rate : DECODE_RATE;
  const audio = await new OfflineAudioContext(2, 1, rate).decodeAudioData(bytes);
  const isWhole = isUsual && format.bits <= 24; // neither floats nor at another rate
  const kind = isWhole ? { width: format.bits > 16 ? 3 : 2, isFloat: false } : FLOAT;
  return { wav: wavOf(audio, kind), told: wavText(format?.name ?? "It", rate, kind) };
}

/** WAV stays as it is, AIFF keeps its samples; anything else the browser decodes. */
async function asWav(file) {
  if (await isWav(file)) return { blob: file, told: null };
  try {
    const bytes = await file.arrayBuffer();
    const aiff = readAiff(bytes);
    if (aiff) {
      const cut = aiff.isCut ? "; the file is cut off, its end is missing" : "";
      return { blob: new Blob([aiff.wav]), told: wavText("AIFF", aiff.rate, aiff) + cut };
    }
    const { wav, told } = await decoded(bytes);
    return { blob: new Blob([wav]), told };
  } catch {
    // Hours of MP3 are too much to decode at once; of WAV only a passage is read.
    throw new Error(
      `${file.name} is not a sound this browser can read, or too long for it. Try a WAV file.`,
    );
  }
}

/**
 * What a server can take of a file: all of it, or a passage that is asked for.
 *
 * @returns {{wav, song, told}} with the whole file as `song` where `wav` is a passage of
 *   it, and what is not as it was in words, or null; null if nobody wants a passage
 */
export async function readSoundFile(file, limits) {
  const { blob, told } = await asWav(file);
  const song = await Song.of(file.name, blob);
  if (!song && blob.size > limits.body_bytes) {
    throw new Error(`${file.name} is damaged: its WAV header says nothing of its samples.`);
  }
  if (!song || song.fits(limits)) return { wav: await blob.arrayBuffer(), song: null, told };
  const passage = await passageOf(song, limits);
  return passage && { ...passage, told };
}

/** A passage that is asked for, of a song that is open or to be opened. */
export async function passageOf(song, limits) {
  const chosen = await choosePassage(song, song.longest(limits));
  if (!chosen) return null;
  return { wav: await song.passage(chosen.start, chosen.length), song };
}
