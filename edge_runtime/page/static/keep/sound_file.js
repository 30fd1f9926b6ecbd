// From a file somebody chose or dropped to WAV bytes.

import { wavOf } from "./wav_writer.js";

const DECODE_RATE = 44100;

function isWav(bytes) {
  const start = new TextDecoder("latin1").decode(bytes.slice(0, 12));
  return start.startsWith("RIFF") && start.endsWith("WAVE");
}

/** WAV goes to the server as it is; anything else the browser decodes first. */
export async function readSoundFile(file, limits) {
  if (file.size > limits.body_bytes) {
    throw new Error(
      `${file.name} is larger than ${limits.body_bytes >> 20} MiB. Choose a shorter sound.`,
    );
  }
  const bytes = await file.arrayBuffer();
  if (isWav(bytes)) return bytes;
  let audio;
  try {
    audio = await new OfflineAudioContext(2, 1, DECODE_RATE).decodeAudioData(bytes);
  } catch {
    throw new Error(`${file.name} is not a sound this browser can read. Try a WAV file.`);
  }
  if (audio.duration > limits.sound_s) {
    throw new Error(
      `${file.name} lasts ${audio.duration.toFixed(1)} s. Choose at most ${limits.sound_s} s.`,
    );
  }
  return wavOf(audio);
}
