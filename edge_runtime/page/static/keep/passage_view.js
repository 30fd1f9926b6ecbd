// A passage on the page: another one of the same song, and the song with it in its place.

import { attempt, say } from "../messages.js";
import { passageOf } from "./sound_file.js";

const byId = (id) => document.getElementById(id);

let offered = null; // the address of a whole song, until the next one

/** A whole song with an edited passage, to download or to drag out. */
export function inItsSong(song, sound) {
  if (offered) URL.revokeObjectURL(offered);
  offered = URL.createObjectURL(song.withPassage(sound.wav));
  return { name: song.name, report: sound.report, wav: sound.wav, url: offered };
}

/** The button that goes to another passage; what was made of this one stays in the song. */
export function connectPassage(session) {
  byId("another-passage").addEventListener("click", () =>
    attempt(async () => {
      const song = session.song.editedBy(session.history.sound.wav);
      const found = await passageOf(song, session.model.limits);
      if (!found) return;
      await session.open(song.name, found.wav, song);
      say(`${song.name}: another passage; what you made of the one before is in the song`);
    }),
  );
  session.addEventListener("sound", () => {
    byId("another-passage").hidden = session.song === null;
  });
}
