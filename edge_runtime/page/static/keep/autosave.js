// Whatever is done is stored in this browser at once, so that nothing is lost by
// reloading, leaving, or opening another sound.

import { say } from "../messages.js";
import { claim } from "./claim.js";
import { documentOf, fill, historyOf } from "./session_document.js";
import { Song } from "./song.js";
import { isStored, store, storedParts, storedSessions } from "./store.js";

const REST_MS = 400; // once the hand has come to rest
const LARGEST_SONG = 256 * 2 ** 20;

/** Bytes of a WAV, of a file, or of a patch and its report. */
const sizeOf = (value) => value.size ?? (value.patch ?? value).byteLength;

export class Autosave extends EventTarget {
  #current = null; // of what is open: id, release, keys of stored parts, history, ...
  #claimed = new WeakMap(); // id, release and keys of stored sessions, by history
  #timer = null;
  #saving = Promise.resolve();
  #unsaved = 0; // saves that run or have failed

  constructor(session) {
    super();
    this.session = session;
    for (const event of ["open", "sound", "selection"]) {
      session.addEventListener(event, () => this.#changed());
    }
    document.addEventListener("visibilitychange", () => document.hidden && this.save());
    window.addEventListener("beforeunload", (event) => {
      this.save();
      if (this.#unsaved) event.preventDefault(); // the browser asks
    });
  }

  /** Sessions to go back to, the latest first, without the one that is open. */
  async earlier() {
    return (await storedSessions()).filter(({ id }) => id !== this.#current?.id);
  }

  /** Open the latest session that no other window has open; null if there is none. */
  async openLatest() {
    for (const record of await storedSessions()) {
      if ((await this.open(record)) === "opened") return record;
    }
    return null;
  }

  /**
   * Open a stored session.
   *
   * @returns "opened", "busy" if another window has it open, "gone" if its sound is not
   *   there any more, "left" if something else was opened meanwhile
   */
  async open({ id, saved }) {
    const release = await claim(id);
    if (!release) return "busy";
    let history = null;
    try {
      const parts = await storedParts(id);
      const part = (...key) => parts.get(key.join("/")) ?? null;
      if (!part("sound")) return "gone";
      const whole = {
        ...saved,
        sound: { ...saved.sound, wav: part("sound") },
        seconds: saved.seconds.map((second, i) => ({ ...second, wav: part("second", i) })),
      };
      const song = part("song") && (await Song.of(saved.sound.name, part("song")));
      if (song) song.first = saved.passage.first_sample;
      const begun = historyOf(whole);
      history = begun.history;
      fill(history, (step, take) => part("take", step, take));
      this.#claimed.set(history, { id, release, keys: new Set(parts.keys()) });
      await this.session.openSaved(whole, begun, song);
      return this.session.history === history ? "opened" : "left";
    } finally {
      if (!history || this.#current?.history !== history) release(); // it is not open
    }
  }

  /** Store what has changed and was not stored yet. */
  save() {
    if (this.#timer === null) return;
    clearTimeout(this.#timer);
    this.#timer = null;
    const current = this.#current;
    this.#unsaved += 1;
    this.#saving = this.#saving.then(async () => {
      try {
        await this.#write(current);
        this.#unsaved = 0;
        this.dispatchEvent(new Event("saved"));
      } catch {
        say("This browser stores nothing: save the session to a file before you leave");
      }
    });
  }

  async #write({ id, keys, history, selection, song }) {
    const { sound, seconds, ...rest } = documentOf({ history, selection, song });
    const parts = [[["sound"], sound.wav]];
    if (song && song.blob.size <= LARGEST_SONG) parts.push([["song"], song.blob]);
    seconds.forEach(({ wav }, i) => parts.push([["second", i], wav]));
    history.all.slice(1).forEach(({ takes }, step) =>
      takes.forEach(({ sound: made }, take) => {
        if (made) parts.push([["take", step, take], { report: made.report, patch: made.patch }]);
      }),
    );
    if (!(await isStored(id))) keys.clear(); // another window has forgotten it
    const fresh = parts.filter(([key]) => !keys.has(key.join("/")));
    const nameOnly = ({ name }) => ({ name });
    const record = {
      id,
      changed: Date.now(),
      bytes: parts.reduce((sum, [, value]) => sum + sizeOf(value), 0),
      saved: { ...rest, sound: nameOnly(sound), seconds: seconds.map(nameOnly) },
    };
    await store(record, fresh);
    for (const [key] of fresh) keys.add(key.join("/"));
  }

  #begin({ history, song }) {
    this.save();
    this.#current?.release();
    const claimed = this.#claimed.get(history);
    if (claimed) this.#current = { ...claimed, history, song };
    else {
      const id = crypto.getRandomValues(new Uint32Array(2)).join("-");
      const mine = claim(id);
      const release = async () => (await mine)?.();
      this.#current = { id, release, keys: new Set(), history, song };
    }
  }

  #changed() {
    const { history, model } = this.session;
    if (!history) return;
    if (history !== this.#current?.history) this.#begin(this.session);
    this.#current.selection = this.session.selection; // another model brings a new one
    // An example nobody has touched is not worth it.
    if (history.all.length === 1 && model.examples.includes(history.original.name)) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.save(), REST_MS);
  }
}
