// Puts the page together.

import { connectAiming } from "./aim/aiming.js";
import { getExample, getModel } from "./api.js";
import { copyText } from "./clipboard.js";
import { connectModelMenu } from "./choose/model_menu.js";
import { connectRedo, showSettings } from "./choose/redo_step.js";
import { ToolForm } from "./choose/tool_form.js";
import { drawTakes } from "./choose/takes_view.js";
import { EXAMPLES } from "./choose/tools.js";
import { Player } from "./hear/player.js";
import { connectTransport } from "./hear/transport.js";
import { Autosave } from "./keep/autosave.js";
import { fileName, makeDraggable, wavUrl } from "./keep/drag_out.js";
import { acceptDrops } from "./keep/drop_in.js";
import { connectEarlier } from "./keep/earlier_view.js";
import { connectKept } from "./keep/kept_view.js";
import { connectPassage, inItsSong } from "./keep/passage_view.js";
import { isSessionFile } from "./keep/session_file.js";
import { connectSessionFile, openSessionFile } from "./keep/session_view.js";
import { connectRecording } from "./keep/record_button.js";
import { readSoundFile } from "./keep/sound_file.js";
import { connectSteps } from "./keep/steps_view.js";
import { attempt, complain, hideProgress, say, showProgress } from "./messages.js";
import { connectPicture } from "./see/connect.js";
import { View } from "./see/view.js";
import { Session } from "./session.js";

const byId = (id) => document.getElementById(id);
const onClick = (id, action) => byId(id).addEventListener("click", action);

async function start() {
  const model = await getModel();
  const session = new Session(model, new Player());
  const view = new View(byId("spectrogram"), byId("overlay"));
  const tool = new ToolForm(byId("tool"), model);
  connectModelMenu(session, tool);
  connectSources(session, tool);
  connectPicture(session, view);
  connectAiming(session, view, tool);
  connectTool(session, tool);
  connectTransport(session, view);
  connectResults(session);
  connectPassage(session);
  connectSteps(session, (take) => showSettings(session, tool, take));
  connectRedo(session, tool);
  connectKept(session);
  connectSessionFile(session);
  session.addEventListener("sound", () => drawSound(session));
  const autosave = new Autosave(session);
  connectEarlier(session, autosave);
  await openFirst(session, autosave);
  return { session, view, tool };
}

/** As one left it; at first with a sound and something selected, ready to try. */
async function openFirst(session, autosave) {
  const latest = await autosave.openLatest().catch(() => null);
  if (latest) {
    say(`${latest.saved.sound.name}: as you left it. Open another sound to begin anew`);
    return;
  }
  if (session.history || session.work) return; // something was opened meanwhile
  const [name] = session.model.examples;
  await session.open(name, await getExample(name));
  const { geometry, selection } = session;
  selection.box = { start: 1, end: 2, low: 0, high: geometry.highest };
  session.dispatchEvent(new Event("selection"));
  say("Drag over the picture to select, then apply a tool");
}

/** Opening sounds: a file, an example, a drop, and the second sound likewise. */
function connectSources(session, tool) {
  const open = (name, read) =>
    attempt(async () => {
      say(`Opening ${name}`);
      const found = await read();
      if (!found) return;
      await session.open(name, found.wav, found.song);
      const told = found.told ? `${found.told}. Drag` : "drag";
      say(`${name}: ${told} over the picture to select, then apply a tool`);
    });
  const setSecond = (name, read) =>
    attempt(async () => {
      const found = await read();
      if (!found) return;
      session.second = { name, wav: found.wav };
      byId("second-name").textContent = name;
      tool.update();
    });
  const from = (use) => (dropped) =>
    use === open && isSessionFile(dropped)
      ? openSessionFile(session, dropped)
      : use(dropped.name, () =>
          dropped.wav ? dropped : readSoundFile(dropped, session.model.limits),
        );
  for (const [input, use] of [
    ["file", open],
    ["second-file", setSecond],
  ]) {
    byId(input).addEventListener("change", ({ target }) => {
      if (target.files[0]) from(use)(target.files[0]);
      target.value = ""; // the same file may be chosen again
    });
  }
  for (const [place, use] of [
    ["examples", open],
    ["second-choices", setSecond],
  ]) {
    byId(place).append(
      ...session.model.examples.map((name) => {
        const button = Object.assign(document.createElement("button"), {
          type: "button",
          textContent: EXAMPLES[name] ?? name,
        });
        button.addEventListener("click", () =>
          use(name, async () => ({ wav: await getExample(name) })),
        );
        return button;
      }),
    );
  }
  connectRecording(session, from(open));
  acceptDrops(document.body, from(open));
  acceptDrops(byId("second"), from(setSecond));
}

/** Box in words, such as "0.504 to 1.272 s, 0 to 2000 Hz". */
const boxText = ({ start_s: start, end_s: end, low_hz: low, high_hz: high }) =>
  `${start.toFixed(3)} to ${end.toFixed(3)} s, ${Math.round(low)} to ${Math.round(high)} Hz`;

/** What an edit reports, in a few words. */
function told({ asked, changed, level, level_db, share, above }) {
  if (!changed) return "nothing has changed";
  const words = [`asked ${boxText(asked)}`, `changed ${boxText(changed)}`];
  if (level === "limit") words.push(`level corrected by ${level_db} dB, the most there is`);
  if (level === "silence") words.push("nothing around it to fit the level to");
  if (share < 0.995) words.push(`${Math.round(100 * share)} % of the change, to avoid clicks`);
  if (above) words.push("what lies above the model follows");
  return words.join("; ");
}

/** Applying the tool. */
function connectTool(session, tool) {
  const missing = () => {
    if (!session.selection?.count) return "Select something first";
    return tool.takes.includes("second") && !session.second
      ? "Choose a second sound first"
      : null;
  };
  tool.addEventListener("change", () => {
    byId("apply").disabled = missing() !== null;
    byId("apply").textContent = missing() ?? tool.label;
  });
  byId("tool").addEventListener("submit", (event) => {
    event.preventDefault();
    if (missing()) return;
    const request = { ...tool.request(), ...session.selection.request() };
    const { label } = tool;
    const { history } = session;
    attempt(async () => {
      const second = tool.takes.includes("second") ? session.second : null;
      await session.apply(label, request, {
        second,
        variations: tool.variations,
        progress: showProgress,
      });
      const { report } = history.sound;
      if (report) say(`${label}: ${told(report)}`);
    }).finally(() => {
      if (!session.work) hideProgress();
    });
    if (byId("new-seed").checked) tool.newSeed();
  });
  onClick("cancel", () => session.cancel());
  onClick("copy-seed", () => attempt(() => copyText(byId("seed").value)));
}

/** Going back, and taking the result away. */
function connectResults(session) {
  const whenOpen = (action) => () => session.history && attempt(action);
  onClick(
    "reuse",
    whenOpen(() => session.useAsInput()),
  );
  for (const [id, soundOf] of [
    ["download", () => (session.song ? inItsSong(session.song, session.sound) : session.sound)],
    ["download-change", () => session.history.sound.changeFrom(session.history.original)],
  ]) {
    const link = byId(id);
    makeDraggable(link, soundOf);
    link.addEventListener("click", () => {
      const sound = soundOf();
      link.href = wavUrl(sound);
      link.download = fileName(sound);
    });
  }
}

/** Everything that depends on the sound there is now. */
function drawSound(session) {
  for (const id of ["stage", "transport", "tool", "steps"]) byId(id).hidden = false;
  const { history } = session;
  drawTakes(byId("takes"), history.step, (number) => attempt(() => session.choose(number)));
  byId("takes").dataset.empty = String(!history.step.from);
  byId("download-change").hidden = history.sound === history.original;
}

/** For tests and the console. */
export const page = start().catch(complain);
