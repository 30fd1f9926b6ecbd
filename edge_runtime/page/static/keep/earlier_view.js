// The menu of sessions that this browser has stored.

import { attempt, complain, say } from "../messages.js";
import { forget } from "./store.js";

const NOT_OPENED = {
  busy: "is open in another window.",
  gone: "is not stored in this browser any more.",
};

const byId = (id) => document.getElementById(id);

export function connectEarlier(session, autosave) {
  const show = () => attempt(() => showEarlier(autosave));
  autosave.addEventListener("saved", show);
  session.addEventListener("open", show);
  byId("forget-earlier").addEventListener("click", () =>
    attempt(async () => {
      for (const { id } of await autosave.earlier()) await forget(id);
      byId("earlier").open = false;
      await showEarlier(autosave);
      say("Forgotten: only what is open in a window is still stored in this browser");
    }),
  );
}

async function showEarlier(autosave) {
  const records = await autosave.earlier();
  byId("earlier").hidden = !records.length;
  const list = byId("earlier-list");
  const shown = JSON.stringify(records.map(({ id, changed }) => [id, changed]));
  if (list.dataset.shown === shown) return; // no button goes away under a finger
  list.dataset.shown = shown;
  list.replaceChildren(
    ...records.map((record) => {
      const { changed, saved } = record;
      const { name } = saved.sound;
      const button = Object.assign(document.createElement("button"), { type: "button" });
      const count = saved.steps.length;
      const steps = count === 1 ? "1 step" : `${count} steps`;
      button.textContent = `${name}, ${steps}, ${timeText(changed)}`;
      button.addEventListener("click", () =>
        attempt(async () => {
          byId("earlier").open = false;
          const opened = await autosave.open(record);
          if (opened === "opened") say(`${name}: as you left it`);
          else if (NOT_OPENED[opened]) complain(new Error(`${name} ${NOT_OPENED[opened]}`));
        }),
      );
      return button;
    }),
  );
}

function timeText(ms) {
  const when = new Date(ms);
  const isToday = when.toDateString() === new Date().toDateString();
  const style = { hour: "2-digit", minute: "2-digit" };
  return isToday ? when.toLocaleTimeString([], style) : when.toLocaleDateString();
}
