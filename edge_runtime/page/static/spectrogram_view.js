// Draws the spectrogram, the grid of cells, the selection and the cell with the cursor.

import { darkQuery, levelColours, themeColour } from "./colours.js";

const SMALLEST_CELL = 8; // pixels: what a finger can still hit by aiming

// Of the edges between cells every one, or every second, fourth ...: lines closer than a
// finger can aim would hide the sound.
function sparse(edges, pixels) {
  let step = 1;
  while ((step * pixels) / (edges.length - 1) < SMALLEST_CELL) step *= 2;
  return edges.slice(1, -1).filter((_, index) => (index + 1) % step === 0);
}

export class SpectrogramView {
  #image = null;

  constructor(canvas, sheet) {
    this.canvas = canvas;
    this.sheet = sheet;
    this.cursor = null;
    darkQuery.addEventListener(
      "change",
      () => this.#analysis && this.show(this.#analysis, this.geometry, this.selection),
    );
    new ResizeObserver(() => this.draw()).observe(canvas);
  }

  #analysis = null;

  show(analysis, geometry, selection) {
    this.#analysis = analysis;
    this.geometry = geometry;
    this.selection = selection;
    this.sheet.style.width = `${geometry.mapFrames * SMALLEST_CELL}px`;
    this.#image = imageOf(analysis);
    this.draw();
  }

  draw() {
    if (!this.#image) return;
    const scale = window.devicePixelRatio;
    const width = Math.max(1, Math.round(this.canvas.clientWidth * scale));
    const height = Math.max(1, Math.round(this.canvas.clientHeight * scale));
    if (this.canvas.width !== width || this.canvas.height !== height) {
      this.canvas.width = width;
      this.canvas.height = height;
    }
    const pen = this.canvas.getContext("2d");
    const { frameShare, binShare } = this.geometry;
    pen.clearRect(0, 0, width, height);
    pen.imageSmoothingEnabled = this.#image.height > height;
    // Half of the first frame and of the lowest bin lie outside the picture.
    const imageWidth = this.#image.width * frameShare * width;
    const imageHeight = this.#image.height * binShare * height;
    pen.drawImage(
      this.#image,
      (-frameShare / 2) * width,
      height + (binShare / 2) * height - imageHeight,
      imageWidth,
      imageHeight,
    );
    this.#drawGrid(pen, width, height, scale);
    this.#drawSelection(pen, width, height, scale);
  }

  #cellBox(frame, bin, width, height) {
    const { timeEdges, freqEdges } = this.geometry;
    const left = Math.round(timeEdges[frame] * width);
    const right = Math.round(timeEdges[frame + 1] * width);
    const top = Math.round((1 - freqEdges[bin + 1]) * height);
    const bottom = Math.round((1 - freqEdges[bin]) * height);
    return [left, top, right - left, bottom - top];
  }

  #drawGrid(pen, width, height, scale) {
    const { timeEdges, freqEdges } = this.geometry;
    pen.fillStyle = darkQuery.matches ? "rgba(255, 255, 255, 0.13)" : "rgba(20, 10, 40, 0.14)";
    for (const edge of sparse(timeEdges, width / scale))
      pen.fillRect(Math.round(edge * width), 0, 1, height);
    for (const edge of sparse(freqEdges, height / scale))
      pen.fillRect(0, Math.round((1 - edge) * height), width, 1);
  }

  #drawSelection(pen, width, height, scale) {
    const { mapFrames, mapBins } = this.selection;
    const inside = (frame, bin) =>
      frame >= 0 &&
      bin >= 0 &&
      frame < mapFrames &&
      bin < mapBins &&
      this.selection.has(frame, bin);
    const colour = themeColour("--pick");
    const line = Math.max(2, Math.round(2 * scale));
    for (let frame = 0; frame < mapFrames; frame += 1) {
      for (let bin = 0; bin < mapBins; bin += 1) {
        if (!inside(frame, bin)) continue;
        const [x, y, w, h] = this.#cellBox(frame, bin, width, height);
        pen.globalAlpha = 0.14;
        pen.fillStyle = colour;
        pen.fillRect(x, y, w, h);
        pen.globalAlpha = 1;
        if (!inside(frame - 1, bin)) pen.fillRect(x, y, line, h);
        if (!inside(frame + 1, bin)) pen.fillRect(x + w - line, y, line, h);
        if (!inside(frame, bin + 1)) pen.fillRect(x, y, w, line);
        if (!inside(frame, bin - 1)) pen.fillRect(x, y + h - line, w, line);
      }
    }
    if (this.cursor) {
      const [x, y, w, h] = this.#cellBox(this.cursor.frame, this.cursor.bin, width, height);
      pen.strokeStyle = themeColour("--ink");
      pen.lineWidth = line;
      pen.setLineDash([3 * scale, 3 * scale]);
      pen.strokeRect(x, y, w, h);
      pen.setLineDash([]);
    }
  }
}

/** One pixel per frame and bin, low frequencies at the bottom. */
function imageOf({ levels, frames, bins }) {
  const canvas = document.createElement("canvas");
  canvas.width = frames;
  canvas.height = bins;
  const pen = canvas.getContext("2d");
  const image = pen.createImageData(frames, bins);
  const colours = levelColours();
  for (let frame = 0; frame < frames; frame += 1) {
    for (let bin = 0; bin < bins; bin += 1) {
      const place = 4 * ((bins - 1 - bin) * frames + frame);
      image.data.set(colours[levels[frame * bins + bin]], place);
      image.data[place + 3] = 255;
    }
  }
  pen.putImageData(image, 0, 0);
  return canvas;
}
