// The picture of one sound at a time, and what lies over it.

import { darkQuery } from "./colours.js";
import { FrequencyScale } from "./frequency_scale.js";
import { drawOverlay } from "./overlay.js";
import { Picture } from "./picture.js";
import { Viewport } from "./viewport.js";

export class View {
  #drawn = 0;

  /** @param canvas the picture; @param overlay the canvas over it */
  constructor(canvas, overlay) {
    this.canvas = canvas;
    this.overlay = overlay;
    this.picture = new Picture(canvas);
    this.original = null; // the picture above it, while both are shown
    this.viewport = new Viewport();
    this.scaleKind = "notes";
    this.cursor = null; // cell with the keyboard's cursor
    this.sketch = null; // what a hand draws now
    this.lines = []; // times in s that edges of a box hold to
    this.snap = (second) => second; // a time, held by a line near it
    this.geometry = null;
    darkQuery.addEventListener("change", () => this.drawAll());
    this.viewport.addEventListener("change", () => this.drawAll());
    new ResizeObserver(() => this.drawAll()).observe(canvas);
  }

  get size() {
    return [this.canvas.clientWidth, this.canvas.clientHeight];
  }

  /** Another sound; the view begins with all of it. */
  open(geometry, selection, spectra) {
    this.#use(geometry, selection, spectra);
    this.viewport.begin(
      geometry.duration,
      new FrequencyScale(this.scaleKind, geometry.highest),
    );
  }

  /** The same sound, edited or by another model. */
  show(geometry, selection, spectra) {
    this.#use(geometry, selection, spectra);
    this.drawAll();
  }

  useScale(kind) {
    this.scaleKind = kind;
    if (this.geometry)
      this.viewport.useScale(new FrequencyScale(kind, this.geometry.highest));
  }

  /** Show another sound above this one, or null: none. */
  showAbove(original) {
    this.original = original;
    this.drawAll();
  }

  /** Place of a pointer in one of the pictures: shares from the left and from below. */
  placeOf({ clientX, clientY }) {
    const own = this.canvas.getBoundingClientRect();
    const above = this.original?.canvas.getBoundingClientRect();
    const box = above && clientY < (above.bottom + own.top) / 2 ? above : own;
    return { x: (clientX - box.left) / box.width, y: 1 - (clientY - box.top) / box.height };
  }

  /** Draw picture and overlay, once per frame however often it is asked for. */
  drawAll() {
    if (!this.geometry) return;
    cancelAnimationFrame(this.#drawn);
    this.#drawn = requestAnimationFrame(() => {
      this.picture.draw(this.spectra, this.viewport);
      if (this.original) {
        const { quietest, loudest } = this.picture;
        Object.assign(this.original.picture, { quietest, loudest });
        this.original.picture.draw(this.original.spectra(), this.viewport);
      }
      this.draw();
      this.onDraw?.();
    });
  }

  /** Draw the overlay alone. */
  draw() {
    if (!this.geometry) return;
    drawOverlay(this.overlay, this);
    if (this.original) drawOverlay(this.original.overlay, this);
  }

  #use(geometry, selection, spectra) {
    this.geometry = geometry;
    this.selection = selection;
    this.spectra = spectra;
  }
}
