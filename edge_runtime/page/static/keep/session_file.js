// A session as a file: JSON, with sounds in base64.

import { crc32 } from "./crc32.js";
import { historyOf } from "./session_document.js";
import { wavLayout } from "./wav_layout.js";

const FORMAT = "vqkeras-session";
const VERSION = 1;
const SUFFIX = "-session.json";

export const isSessionFile = (file) => /\.json$/i.test(file.name);

/** Name of the file of a session, from that of its sound. */
export const sessionName = (sound) => stem(sound) + SUFFIX;

/**
 * The command that makes its result again; a passage is put back into its song.
 *
 * @param models names of those that do not come with the package, as their files are
 *   called unless somebody has renamed them
 */
export function applyCommand(sound, song, models = []) {
  const files = [sessionName(sound), ...(song ? [song.name] : [])].map(shellWord);
  const own = models.map((name) => ` --model ${shellWord(`${name}.tflite`)}`);
  const result = shellWord(`${stem(sound)}-result.wav`);
  return `vqkeras-edge apply ${files.join(" ")} -o ${result}${own.join("")}`;
}

/** A file name as a shell reads it as one word, and a program as no option. */
function shellWord(name) {
  const word = name.startsWith("-") ? `./${name}` : name;
  return /^[\w./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

const stem = ({ name }) => name.replace(/\.[^.]*$/, "").replace(/[^\w-]+/g, "_") || "sound";

/** CRC-32 of the samples of a WAV file; null if it is none. */
export function samplesCrc32(wav) {
  const layout = wavLayout(wav);
  if (!layout) return null;
  const { start, samples, channels, width } = layout;
  return crc32(new Uint8Array(wav, start, samples * channels * width));
}

/**
 * @param document as `documentOf` gives it
 * @param result WAV that it comes to
 */
export async function sessionBlob(document, result) {
  const written = {
    format: FORMAT,
    version: VERSION,
    ...document,
    result_crc32: samplesCrc32(result),
    sound: await inBase64(document.sound),
    seconds: await Promise.all(document.seconds.map(inBase64)),
  };
  return new Blob([JSON.stringify(written)], { type: "application/json" });
}

/** What `sessionBlob` wrote, with its document as `saved` and the checksum of its result. */
export async function readSessionFile(file) {
  let read;
  try {
    read = JSON.parse(await file.text());
  } catch {
    throw new Error(`${file.name} is no session, or was cut: it is not JSON.`);
  }
  const { format, version, result_crc32: result, ...saved } = read ?? {};
  if (format !== FORMAT) throw new Error(`${file.name} is no session that this page saved.`);
  if (version !== VERSION) {
    throw new Error(`${file.name} has version ${version}; this page reads ${VERSION}.`);
  }
  if (!saved.sound?.wav) throw new Error(`${file.name} does not hold its sound.`);
  let whole;
  try {
    const [sound, ...seconds] = [saved.sound, ...saved.seconds].map(fromBase64);
    whole = { ...saved, sound, seconds };
    historyOf(whole); // every take must come from one that is there
  } catch {
    throw new Error(`${file.name} is damaged: not all of it can be read.`);
  }
  const changed = [whole.sound, ...whole.seconds].find(
    ({ wav, crc32: given }) => samplesCrc32(wav) !== given,
  );
  if (changed) {
    throw new Error(`${file.name} is damaged: the samples of ${changed.name} have changed.`);
  }
  return { saved: whole, result };
}

function inBase64({ wav, ...rest }) {
  return new Promise((done, failed) => {
    const reader = new FileReader();
    const text = () => reader.result.slice(reader.result.indexOf(",") + 1);
    reader.onload = () => done({ ...rest, wav: text(), crc32: samplesCrc32(wav) });
    reader.onerror = () => failed(reader.error);
    reader.readAsDataURL(new Blob([wav]));
  });
}

function fromBase64({ wav, ...rest }) {
  const letters = atob(wav);
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i += 1) bytes[i] = letters.charCodeAt(i);
  return { ...rest, wav: bytes.buffer };
}
