// Saving a session to a file, and the command line that makes its result.

import { copyText } from "../clipboard.js";
import { attempt, say } from "../messages.js";
import { documentOf, historyOf } from "./session_document.js";
import {
  applyCommand,
  readSessionFile,
  samplesCrc32,
  sessionBlob,
  sessionName,
} from "./session_file.js";

const byId = (id) => document.getElementById(id);

export function connectSessionFile(session) {
  byId("save-session").addEventListener("click", () => attempt(() => save(session)));
  byId("copy-command").addEventListener("click", () =>
    attempt(async () => {
      await copyText(byId("command").textContent);
      say("Copied. Save the session first: the command reads that file");
    }),
  );
  session.addEventListener("sound", () => {
    const { history } = session;
    const opened = history.all[0].take.sound;
    byId("command").textContent = applyCommand(opened, session.song, ownModels(session));
    byId("command-line").hidden = !history.canUndo;
  });
}

/** Names of the models behind the result that do not come with the package. */
function ownModels({ history, model: { models } }) {
  const used = history.step.take.line.slice(1).map(({ step }) => step.model.name);
  const shipped = models.filter(({ ships }) => ships).map(({ name }) => name);
  return [...new Set(used)].filter((name) => !shipped.includes(name));
}

/** Open a file that was saved here. */
export function openSessionFile(session, file) {
  return attempt(async () => {
    say(`Opening ${file.name}`);
    const { saved, result } = await readSessionFile(file);
    const begun = historyOf(saved);
    const before = session.history;
    await session.openSaved(saved, begun);
    const { history } = session;
    if (history?.step.take !== begun.take) {
      const isNews = history === before || history === begun.history;
      if (isNews && !session.work) say(`${file.name}: cancelled before its result was there`);
      return;
    }
    const same = samplesCrc32(session.history.sound.wav) === result;
    say(
      same
        ? `${file.name}: the same samples as when it was saved`
        : `${file.name}: this server computes it a little differently than it was`,
    );
  });
}

async function save(session) {
  const blob = await sessionBlob(documentOf(session), session.history.sound.wav);
  const url = URL.createObjectURL(blob);
  const download = sessionName(session.history.all[0].take.sound);
  Object.assign(document.createElement("a"), { href: url, download }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000); // once the browser has it
  const most = session.model.limits.session_bytes;
  say(
    blob.size > most
      ? `Saved ${download}: this page opens it; the command does not, for it is over ${most >> 20} MiB`
      : `Saved ${download}: the sound, all steps, masks, seeds and settings`,
  );
}
