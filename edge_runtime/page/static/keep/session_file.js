// A session as a file: JSON, with sounds in base64.

const SUFFIX = "-session.json";

export const isSessionFile = (file) => /\.json$/i.test(file.name);

/** Name of the file of a session, from that of its sound. */
export const sessionName = (sound) => stem(sound) + SUFFIX;

/** The command that makes its result again. */
export const applyCommand = (sound) =>
  `vqkeras-edge apply ${sessionName(sound)} -o ${stem(sound)}-result.wav`;

const stem = ({ name }) => name.replace(/\.[^.]*$/, "").replace(/[^\w-]+/g, "_") || "sound";

export async function sessionBlob(document) {
  const written = {
    ...document,
    sound: await inBase64(document.sound),
    seconds: await Promise.all(document.seconds.map(inBase64)),
  };
  return new Blob([JSON.stringify(written)], { type: "application/json" });
}

export async function readSessionFile(file) {
  let read;
  try {
    read = JSON.parse(await file.text());
  } catch {
    throw new Error(`${file.name} is no session, or was cut: it is not JSON.`);
  }
  try {
    return {
      ...read,
      sound: fromBase64(read.sound),
      seconds: read.seconds.map(fromBase64),
    };
  } catch {
    throw new Error(`${file.name} is no session that this page saved, or is damaged.`);
  }
}

function inBase64({ wav, ...rest }) {
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done({ ...rest, wav: reader.result.replace(/^[^,]*,/, "") });
    reader.onerror = () => failed(reader.error);
    reader.readAsDataURL(new Blob([wav]));
  });
}

function fromBase64({ wav, ...rest }) {
  if (!wav) return { ...rest, wav: null };
  const letters = atob(wav);
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i += 1) bytes[i] = letters.charCodeAt(i);
  return { ...rest, wav: bytes.buffer };
}
