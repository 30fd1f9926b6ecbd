// Asks which passage of a long sound is to be worked on.

import { clock } from "../see/axes.js";
import { themeColour } from "../see/colours.js";

const USUAL_S = 20; // long enough to hear what a passage is about
const LEVELS = 600;

const byId = (id) => document.getElementById(id);

function draw(canvas, levels, from, to) {
  const scale = window.devicePixelRatio;
  const width = (canvas.width = Math.max(1, Math.round(canvas.clientWidth * scale)));
  const height = (canvas.height = Math.max(1, Math.round(canvas.clientHeight * scale)));
  const pen = canvas.getContext("2d");
  pen.fillStyle = themeColour("--paper");
  pen.fillRect(0, 0, width, height);
  pen.fillStyle = themeColour("--wave");
  levels.forEach((level, i) => {
    const tall = Math.max(1, level * height);
    const step = width / levels.length;
    pen.fillRect(i * step, (height - tall) / 2, Math.max(1, step), tall);
  });
  pen.globalAlpha = 0.35;
  pen.fillStyle = themeColour("--pick");
  pen.fillRect(from * width, 0, Math.max(2, (to - from) * width), height);
  pen.globalAlpha = 1;
}

/**
 * Let a person choose.
 *
 * @param song what to choose of
 * @param longest passage there may be, in s
 * @returns {{start, length}} in s; null if nothing is wanted
 */
export function choosePassage(song, longest) {
  const dialog = byId("passage");
  const [start, length] = [byId("passage-start"), byId("passage-length")];
  const most = Math.min(song.duration, longest < 10 ? longest : Math.floor(longest));
  const limit = (value, low, high) => Math.min(high, Math.max(low, Number(value) || 0));
  const chosen = () => {
    const seconds = limit(length.value, 0.1, most);
    return { start: limit(start.value, 0, song.duration - seconds), length: seconds };
  };
  byId("passage-title").textContent =
    `${song.name} lasts ${clock(song.duration)}. Which passage?`;
  byId("passage-hint").textContent =
    `At most ${clock(most)} at a time. Download gives the whole sound, with the passage in its place.`;
  length.max = most;
  length.value = Math.min(USUAL_S, most);
  start.value = (song.first / song.layout.rate).toFixed(3);
  dialog.returnValue = "";
  dialog.showModal();
  let levels = [];
  const show = () => {
    const { start: from, length: seconds } = chosen();
    draw(byId("passage-overview"), levels, from / song.duration, (from + seconds) / song.duration);
  };
  show();
  song.levels(LEVELS).then((found) => {
    levels = found;
    show();
  });
  return new Promise((done) => {
    const listening = new AbortController();
    const on = (element, event, act) =>
      element.addEventListener(event, act, { signal: listening.signal });
    for (const input of [start, length]) on(input, "input", show);
    // What is too much becomes the most there may be, and is shown.
    on(dialog, "change", () => {
      const fits = chosen();
      start.value = Number(fits.start.toFixed(3));
      length.value = fits.length;
    });
    const canvas = byId("passage-overview");
    const point = (event) => {
      const box = canvas.getBoundingClientRect();
      const middle = ((event.clientX - box.left) / box.width) * song.duration;
      const { length: seconds } = chosen();
      start.value = limit(middle - seconds / 2, 0, song.duration - seconds).toFixed(3);
      show();
    };
    on(canvas, "pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      point(event);
    });
    on(canvas, "pointermove", (event) => event.buttons && point(event));
    on(dialog, "close", () => {
      listening.abort();
      done(dialog.returnValue === "open" ? chosen() : null);
    });
  });
}
