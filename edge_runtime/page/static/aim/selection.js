// What is selected: one exact box, or any set of cells.

export class Selection {
  #box = null;

  constructor(geometry) {
    this.geometry = geometry;
    this.cells = new Uint8Array(geometry.mapFrames * geometry.mapBins);
  }

  /** The exact box in s and Hz; null if it is a set of cells, or nothing. */
  get box() {
    return this.#box;
  }

  set box(box) {
    this.#box = box && this.geometry.inside(box);
    this.cells.fill(0);
    if (this.#box) for (const index of this.#touched(this.#box)) this.cells[index] = 1;
  }

  has(frame, bin) {
    return this.cells[frame * this.geometry.mapBins + bin] === 1;
  }

  get count() {
    return this.cells.reduce((sum, cell) => sum + cell, 0);
  }

  /** A box around everything, exact if it is one; null around nothing. */
  get bounds() {
    if (this.#box) return this.#box;
    const { geometry } = this;
    const bounds = { start: Infinity, end: 0, low: Infinity, high: 0 };
    this.cells.forEach((cell, index) => {
      if (!cell) return;
      const box = geometry.cellBox(...this.#place(index));
      bounds.start = Math.min(bounds.start, box.start);
      bounds.end = Math.max(bounds.end, box.end);
      bounds.low = Math.min(bounds.low, box.low);
      bounds.high = Math.max(bounds.high, box.high);
    });
    return bounds.end ? bounds : null;
  }

  clear() {
    this.box = null;
  }

  all() {
    const { duration, highest } = this.geometry;
    this.box = { start: 0, end: duration, low: 0, high: highest };
  }

  set(frame, bin, value) {
    this.#box = null;
    this.cells[frame * this.geometry.mapBins + bin] = value ? 1 : 0;
  }

  /** Add cells, or take them away: every one that a test of its numbers accepts. */
  mark(test, value) {
    this.#box = null;
    this.cells.forEach((cell, index) => {
      if (test(...this.#place(index))) this.cells[index] = value ? 1 : 0;
    });
  }

  /** Add the cells of a box, or take them away. */
  markBox(box, value) {
    const inside = this.geometry.inside(box);
    if (!inside) return;
    this.#box = null;
    for (const index of this.#touched(inside)) this.cells[index] = value ? 1 : 0;
  }

  invert() {
    this.#box = null;
    this.cells.set(this.cells.map((cell) => 1 - cell));
  }

  /** The same frequencies at all times. */
  widen() {
    const { duration, mapFrames, mapBins } = this.geometry;
    if (this.#box) {
      this.box = { ...this.#box, start: 0, end: duration };
      return;
    }
    const used = new Set();
    for (let bin = 0; bin < mapBins; bin += 1) {
      for (let frame = 0; frame < mapFrames; frame += 1) if (this.has(frame, bin)) used.add(bin);
    }
    this.mark((_, bin) => used.has(bin), true);
  }

  /** What it is now, to come back to. */
  save() {
    return { box: this.#box, cells: this.cells.slice() };
  }

  restore({ box, cells }) {
    this.#box = box;
    this.cells.set(cells);
  }

  /** As the server takes it: a box, or a string of 0 and 1 for each map frame. */
  request() {
    if (this.#box) {
      const { start, end, low, high } = this.#box;
      return { time: [start, end], freq: [low, high] };
    }
    const { mapFrames, mapBins } = this.geometry;
    const row = (frame) => this.cells.subarray(frame * mapBins, (frame + 1) * mapBins).join("");
    return { cells: Array.from({ length: mapFrames }, (_, frame) => row(frame)) };
  }

  /** Select what such a request says. */
  read({ time, freq, cells }) {
    if (time) {
      this.box = { start: time[0], end: time[1], low: freq[0], high: freq[1] };
      return;
    }
    this.clear();
    const marks = cells.join("");
    if (marks.length === this.cells.length) this.cells.set([...marks].map(Number));
  }

  #place(index) {
    const { mapBins } = this.geometry;
    return [Math.floor(index / mapBins), index % mapBins];
  }

  *#touched({ start, end, low, high }) {
    const { geometry } = this;
    const least = 1e-9; // an edge that only meets a cell does not touch it
    const first = geometry.cellAt(start + least, low + least);
    const last = geometry.cellAt(end - least, high - least);
    for (let { frame } = first; frame <= last.frame; frame += 1) {
      for (let { bin } = first; bin <= last.bin; bin += 1) yield frame * geometry.mapBins + bin;
    }
  }
}
