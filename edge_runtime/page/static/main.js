// Puts the page together.

import { getExample, getModel } from "./api.js";
import { drawFrequencyAxis, drawTimeAxis } from "./axes.js";
import { listenToArrows } from "./cell_cursor.js";
import { copyText } from "./clipboard.js";
import { fileName, makeDraggable, wavUrl } from "./drag_out.js";
import { acceptDrops } from "./drop_in.js";
import { complain, hideProgress, say, showProgress } from "./messages.js";
import { Player } from "./player.js";
import { listenToPointer } from "./pointing.js";
import { Session } from "./session.js";
import { listenToShortcuts } from "./shortcuts.js";
import { readSoundFile } from "./sound_file.js";
import { SpectrogramView } from "./spectrogram_view.js";
import { drawTakes } from "./takes_view.js";
import { ToolForm } from "./tool_form.js";
import { EXAMPLES, toolName } from "./tools.js";

const byId = (id) => document.getElementById(id);
const onClick = (id, action) => byId(id).addEventListener("click", action);

/** Run something that may fail, and say so if it does. */
async function attempt(action) {
  try {
    await action();
  } catch (error) {
    if (error.name !== "AbortError") complain(error);
  }
}

async function start() {
  const model = await getModel();
  const session = new Session(model, new Player());
  const view = new SpectrogramView(byId("spectrogram"), byId("sheet"));
  const tool = new ToolForm(byId("tool"), model);
  byId("model-name").textContent =
    `${model.name}: ${model.codebook_size} codes at ${model.spectrogram.sample_rate / 1000} kHz`;
  byId("credit").textContent = `Model: ${model.licence}. ${model.attribution}`;
  connectSources(session, tool);
  connectPicture(session, view, tool);
  connectTool(session, tool);
  connectTransport(session);
  session.addEventListener("sound", () => drawSound(session, view));
  return { session, view, tool };
}

/** Opening sounds: a file, an example, a drop, and the second sound likewise. */
function connectSources(session, tool) {
  const open = (name, read) =>
    attempt(async () => {
      say(`Opening ${name}`);
      const wav = await read();
      await session.open(name, wav);
      say(`${name}: drag over the picture to select, then apply a tool`);
    });
  const setSecond = (name, read) =>
    attempt(async () => {
      session.second = { name, wav: await read() };
      byId("second-name").textContent = name;
      tool.update();
    });
  const from = (use) => (dropped) =>
    use(dropped.name, () =>
      dropped.wav ? dropped.wav : readSoundFile(dropped, session.model.limits),
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
        button.addEventListener("click", () => use(name, () => getExample(name)));
        return button;
      }),
    );
  }
  acceptDrops(document.body, from(open));
  acceptDrops(byId("second"), from(setSecond));
}

/** What an edit reports, in a few words. */
function told({ cells, level, level_db, share, above }) {
  const words = [`${cells} cells`];
  if (level === "limit") words.push(`level corrected by ${level_db} dB, the most there is`);
  if (level === "silence") words.push("nothing around it to fit the level to");
  if (share < 0.999) words.push(`${Math.round(100 * share)} % of the change, to avoid clicks`);
  if (above) words.push("what lies above the model follows");
  return words.join(", ");
}

/** Selecting cells by pointer and by keyboard. */
function connectPicture(session, view, tool) {
  const changed = () => {
    view.draw();
    const { count } = session.selection;
    byId("selected").value = count === 1 ? "1 cell" : `${count} cells`;
    tool.update();
  };
  const mode = () => document.querySelector("[name=mode]:checked").value;
  const moved = (cell) => {
    const { codemap } = session.sound.analysis ?? {};
    const code = codemap ? `, code ${codemap[0][cell.frame][cell.bin]}` : "";
    say(session.geometry.describe(cell) + code);
  };
  listenToPointer(view, { mode, changed });
  listenToArrows(view, { changed, moved, apply: () => byId("tool").requestSubmit() });
  for (const [id, value] of [
    ["select-all", true],
    ["select-none", false],
  ]) {
    onClick(id, () => {
      session.selection.fill(value);
      changed();
    });
  }
  session.addEventListener("sound", changed);
}

/** Applying the tool. */
function connectTool(session, tool) {
  const missing = () => {
    if (!session.selection?.count) return "Select cells first";
    return tool.takes.includes("second") && !session.second
      ? "Choose a second sound first"
      : null;
  };
  tool.addEventListener("change", () => {
    byId("apply").disabled = missing() !== null;
    byId("apply").textContent = missing() ?? toolName(tool.tool);
  });
  byId("tool").addEventListener("submit", (event) => {
    event.preventDefault();
    if (missing()) return;
    const request = { ...tool.request(), cells: session.selection.rows() };
    const label = toolName(tool.tool);
    const { history } = session;
    attempt(async () => {
      const second = tool.takes.includes("second") ? session.second.wav : null;
      await session.apply(label, request, {
        second,
        variations: tool.variations,
        progress: showProgress,
      });
      const { report } = history.sound;
      if (report)
        say(report.cells ? `${label}: ${told(report)}` : `${label}: nothing has changed`);
    }).finally(() => {
      if (!session.work) hideProgress();
    });
    if (byId("new-seed").checked) tool.newSeed();
  });
  onClick("cancel", () => session.cancel());
  onClick("copy-seed", () => attempt(() => copyText(byId("seed"))));
}

/** Playing, comparing, going back, and taking the result away. */
function connectTransport(session) {
  const { player } = session;
  const toggleLoop = () => {
    player.looping = !player.looping;
    byId("loop").setAttribute("aria-pressed", String(player.looping));
  };
  const whenOpen = (action) => () => session.history && attempt(action);
  const actions = {
    play: whenOpen(() => session.play()),
    undo: whenOpen(() => session.undo()),
    redo: whenOpen(() => session.redo()),
    compare: whenOpen(() => session.compare()),
    loop: whenOpen(toggleLoop),
    choose: (number) => session.history && attempt(() => session.choose(number)),
  };
  for (const id of ["play", "undo", "redo", "compare", "loop"]) onClick(id, actions[id]);
  listenToShortcuts(actions);
  onClick(
    "reuse",
    whenOpen(() => session.reuse()),
  );
  makeDraggable(byId("download"), () => session.sound);
  player.addEventListener("change", () => {
    byId("play").textContent = player.playing ? "Stop" : "Play";
    if (player.playing) movePlayhead(session);
  });
}

function movePlayhead({ player, geometry }) {
  const line = byId("playhead");
  line.style.visibility = player.playing ? "visible" : "hidden";
  if (!player.playing) return;
  line.style.left = `${Math.min(100, (player.position / geometry.duration) * 100)}%`;
  requestAnimationFrame(() => movePlayhead({ player, geometry }));
}

/** Everything that depends on the sound there is now. */
function drawSound(session, view) {
  for (const id of ["stage", "transport", "tool"]) byId(id).hidden = false;
  const { history, sound, geometry } = session;
  if (sound.analysis) view.show(sound.analysis, geometry, session.selection);
  drawTimeAxis(byId("time-axis"), geometry.duration, byId("sheet").clientWidth);
  drawFrequencyAxis(byId("freq-axis"), geometry.nyquist);
  drawTakes(byId("takes"), history.step, (number) => attempt(() => session.choose(number)));
  byId("undo").disabled = !history.canUndo;
  byId("redo").disabled = !history.canRedo;
  byId("compare").disabled = history.sound === history.original;
  byId("compare").setAttribute("aria-pressed", String(session.comparing));
  byId("download").href = wavUrl(sound);
  byId("download").download = fileName(sound);
}

/** For tests and the console. */
export const page = start().catch(complain);
