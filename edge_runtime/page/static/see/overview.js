// The whole sound as a waveform, with the visible part of it: drag to move it.

import { themeColour } from "./colours.js";

export class Overview {
  #peaks = null;
  #of = null; // buffer and width that the peaks belong to

  constructor(canvas, viewport) {
    this.canvas = canvas;
    this.viewport = viewport;
    const show = (event) => {
      const box = canvas.getBoundingClientRect();
      const middle = ((event.clientX - box.left) / box.width) * viewport.duration;
      const [low, high] = viewport.time;
      viewport.show("time", middle - (high - low) / 2, middle + (high - low) / 2);
    };
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      show(event);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (event.buttons) show(event);
    });
  }

  /** @param selected times in s between which something is selected, or null */
  draw(buffer, selected) {
    const { canvas, viewport } = this;
    const width = Math.max(1, Math.round(canvas.clientWidth * window.devicePixelRatio));
    const height = Math.max(1, Math.round(canvas.clientHeight * window.devicePixelRatio));
    canvas.width = width;
    canvas.height = height;
    if (this.#of?.buffer !== buffer || this.#of.width !== width) {
      this.#of = { buffer, width };
      this.#peaks = peaksOf(buffer, width);
    }
    const pen = canvas.getContext("2d");
    const x = (second) => (second / viewport.duration) * width;
    const [start, end] = viewport.time.map(x);
    pen.fillStyle = themeColour("--paper");
    pen.fillRect(0, 0, width, height);
    pen.fillStyle = themeColour("--visible");
    pen.fillRect(start, 0, end - start, height);
    pen.fillStyle = themeColour("--wave");
    this.#peaks.forEach((peak, column) => {
      const tall = Math.max(1, peak * height);
      pen.fillRect(column, (height - tall) / 2, 1, tall);
    });
    pen.fillStyle = themeColour("--pick");
    if (selected) {
      pen.globalAlpha = 0.35;
      pen.fillRect(x(selected[0]), 0, Math.max(2, x(selected[1]) - x(selected[0])), height);
      pen.globalAlpha = 1;
    }
    if (viewport.isWhole) return;
    pen.strokeStyle = themeColour("--accent");
    pen.lineWidth = 2 * window.devicePixelRatio;
    pen.strokeRect(start, 0, Math.max(3, end - start), height);
  }
}

/** The largest sample of all channels in each column, as a share of the loudest. */
function peaksOf(buffer, width) {
  const peaks = new Float32Array(width);
  for (let channel = 0; channel < buffer.numberOfChannels; channel += 1) {
    const samples = buffer.getChannelData(channel);
    for (let column = 0; column < width; column += 1) {
      const end = ((column + 1) / width) * samples.length;
      let peak = peaks[column];
      for (let i = Math.floor((column / width) * samples.length); i < end; i += 1) {
        peak = Math.max(peak, Math.abs(samples[i]));
      }
      peaks[column] = peak;
    }
  }
  const loudest = Math.max(1e-6, ...peaks);
  return peaks.map((peak) => peak / loudest);
}
