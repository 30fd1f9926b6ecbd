// From a file somebody chose or dropped to WAV, and to a passage of it if it is long.

import { choosePassage } from "./passage_dialog.js";
import { Song } from "./song.js";
import { wavOf } from "./wav_writer.js";

const DECODE_RATE = 44100;

async function isWav(file) {
  const start = await file.slice(0, 12).text();
  return start.startsWith("RIFF") && start.endsWith("WAVE");
}

/** WAV stays as it is; anything else the browser decodes. */
async function wavBlob(file) {
  if (await isWav(file)) return file;
  try {
    const bytes = await file.arrayBuffer();
    const audio = await new OfflineAudioContext(2, 1, DECODE_RATE).decodeAudioData(bytes);
    return new Blob([wavOf(audio)]);
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
 * @returns {{wav, song}} with the whole file as `song` where `wav` is a passage of it;
 *   null if nobody wants a passage
 */
export async function readSoundFile(file, limits) {
  const blob = await wavBlob(file);
  const song = await Song.of(file.name, blob);
  if (!song && blob.size > limits.body_bytes) {
    throw new Error(`${file.name} is damaged: its WAV header says nothing of its samples.`);
  }
  if (!song || song.fits(limits)) return { wav: await blob.arrayBuffer(), song: null };
  return passageOf(song, limits);
}

/** A passage that is asked for, of a song that is open or to be opened. */
export async function passageOf(song, limits) {
  const chosen = await choosePassage(song, song.longest(limits));
  if (!chosen) return null;
  return { wav: await song.passage(chosen.start, chosen.length), song };
}
