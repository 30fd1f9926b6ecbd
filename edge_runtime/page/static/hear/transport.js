// Buttons and keys of playback, going back, and what of the sound is heard.

import { attempt } from "../messages.js";
import { listenToShortcuts } from "../shortcuts.js";
import { connectMeter } from "./meter.js";

const byId = (id) => document.getElementById(id);
const press = (id, value) => byId(id).setAttribute("aria-pressed", String(value));

export function connectTransport(session, view) {
  const { player } = session;
  const whenOpen = (action) => () => session.history && attempt(action);
  const actions = {
    play: whenOpen(() => session.play()),
    undo: whenOpen(() => session.undo()),
    redo: whenOpen(() => session.redo()),
    compare: whenOpen(() => session.compare()),
    loop: whenOpen(() => {
      player.looping = !player.looping;
      press("loop", player.looping);
    }),
    "match-levels": whenOpen(() => session.matchLevels(!session.matching)),
    "hear-selection": whenOpen(() => session.hearSelection(!session.onlySelection)),
    "hear-change": whenOpen(() => session.hearChange(!session.onlyChange)),
  };
  for (const [id, action] of Object.entries(actions)) byId(id).addEventListener("click", action);
  const choose = (number) => session.history && attempt(() => session.choose(number));
  const keep = () => byId("keep").click();
  listenToShortcuts({ ...actions, choose, keep }, view.viewport);
  byId("mix").addEventListener("input", ({ target }) => session.blend(Number(target.value)));
  byId("volume").addEventListener("input", ({ target }) => {
    player.volume = Number(target.value) ** 2; // as loudness grows, roughly
  });
  player.addEventListener("change", () => {
    byId("play").textContent = player.playing ? "Stop" : "Play";
  });
  connectMeter(byId("meter"), player);
  session.addEventListener("sound", () => show(session));
  followSelection(session);
}

function show({ history, comparing, matching, onlySelection, onlyChange }) {
  const isOriginal = history.sound === history.original;
  byId("undo").disabled = !history.canUndo;
  byId("redo").disabled = !history.canRedo;
  byId("compare").disabled = isOriginal;
  byId("hear-change").disabled = isOriginal && !onlyChange;
  byId("mix").disabled = !history.canUndo;
  byId("mix").value = history.step.share;
  press("compare", comparing);
  press("match-levels", matching);
  press("hear-selection", onlySelection);
  press("hear-change", onlyChange);
}

/** Where only the selection is heard, playback moves with it. */
function followSelection(session) {
  let timer = 0;
  session.addEventListener("selection", () => {
    clearTimeout(timer);
    if (!session.onlySelection || !session.player.playing) return;
    timer = setTimeout(() => {
      const { player, range, heard } = session;
      if (player.playing) player.play(heard, { range });
    }, 250); // once the hand has come to rest
  });
}
