// Draws the visible part of a spectrogram, a column of pixels at a time.

import { levelColours } from "./colours.js";

const MOST_PIXELS_PER_PIXEL = 2; // finer screens show no more
const PATIENCE_MS = 30; // per frame, so that nothing else waits long

export class Picture {
  #again = 0;
  #paintedMs = 0; // how long painting took: computing may take as long, or it never ends

  constructor(canvas) {
    this.canvas = canvas;
    this.quietest = -90; // dB
    this.loudest = -15;
  }

  /** Draw, now and, while columns are missing, in the next frames. */
  draw(spectra, viewport) {
    cancelAnimationFrame(this.#again);
    const { canvas } = this;
    const scale = Math.min(window.devicePixelRatio, MOST_PIXELS_PER_PIXEL);
    const width = Math.max(1, Math.round(canvas.clientWidth * scale));
    const height = Math.max(1, Math.round(canvas.clientHeight * scale));
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    const [start, end] = viewport.time;
    const hop = spectra.hopFor(((end - start) * spectra.rate) / width);
    const patience = Math.max(PATIENCE_MS, 2 * this.#paintedMs);
    const ready = spectra.prepare(hop, start, end, patience);
    const began = performance.now();
    this.#paint(spectra, viewport, hop);
    this.#paintedMs = performance.now() - began;
    if (!ready) this.#again = requestAnimationFrame(() => this.draw(spectra, viewport));
  }

  #paint(spectra, viewport, hop) {
    const { width, height } = this.canvas;
    const pen = this.canvas.getContext("2d");
    const image = pen.createImageData(width, height);
    const pixels = new Uint32Array(image.data.buffer);
    const colours = levelColours(this.quietest, this.loudest);
    const rows = rowsOf(spectra, viewport, height);
    const levels = new Uint8Array(height);
    for (let x = 0; x < width; x += 1) {
      const columns = spectra.columnsAt(hop, viewport.secondAt((x + 0.5) / width));
      if (columns) levelsOf(columns, rows, levels);
      else levels.fill(0);
      for (let y = 0; y < height; y += 1) pixels[y * width + x] = colours[levels[y]];
    }
    pen.putImageData(image, 0, 0);
  }
}

/** For each row of pixels its bins: a first and last, or a place between two. */
function rowsOf(spectra, viewport, height) {
  const edges = Float64Array.from(
    { length: height + 1 },
    (_, y) => viewport.hertzAt(1 - y / height) / spectra.binHertz,
  );
  const last = spectra.size / 2;
  return {
    places: Float64Array.from({ length: height }, (_, y) =>
      Math.min(last - 1e-3, (edges[y] + edges[y + 1]) / 2),
    ),
    first: Int32Array.from({ length: height }, (_, y) => Math.ceil(edges[y + 1] - 0.5)),
    last: Int32Array.from({ length: height }, (_, y) =>
      Math.min(last, Math.floor(edges[y] + 0.5)),
    ),
  };
}

/** Levels of a column of pixels: the loudest bin of each, or between two bins. */
function levelsOf({ first: before, next, share }, { places, first, last }, levels) {
  for (let y = 0; y < levels.length; y += 1) {
    let level = 0;
    if (last[y] - first[y] > 1) {
      for (let bin = first[y]; bin <= last[y]; bin += 1) {
        const mixed = before[bin] + (next[bin] - before[bin]) * share;
        if (mixed > level) level = mixed;
      }
    } else {
      const bin = Math.floor(places[y]);
      const low = before[bin] + (next[bin] - before[bin]) * share;
      const high = before[bin + 1] + (next[bin + 1] - before[bin + 1]) * share;
      level = low + (high - low) * (places[y] - bin);
    }
    levels[y] = level;
  }
}
