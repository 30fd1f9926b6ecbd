// Which cells are selected: a mask with a few ways to change it.

export class Selection {
  constructor(mapFrames, mapBins) {
    this.mapFrames = mapFrames;
    this.mapBins = mapBins;
    this.cells = new Uint8Array(mapFrames * mapBins);
  }

  has(frame, bin) {
    return this.cells[frame * this.mapBins + bin] === 1;
  }

  set(frame, bin, value) {
    this.cells[frame * this.mapBins + bin] = value ? 1 : 0;
  }

  get count() {
    return this.cells.reduce((sum, cell) => sum + cell, 0);
  }

  fill(value) {
    this.cells.fill(value ? 1 : 0);
  }

  /** Exactly the box between two cells. */
  box(from, to) {
    this.fill(false);
    const [first, last] = [Math.min(from.frame, to.frame), Math.max(from.frame, to.frame)];
    const [low, high] = [Math.min(from.bin, to.bin), Math.max(from.bin, to.bin)];
    for (let frame = first; frame <= last; frame += 1) {
      for (let bin = low; bin <= high; bin += 1) this.set(frame, bin, true);
    }
  }

  /** Every cell on the way from one cell to another. */
  line(from, to, value) {
    const steps = Math.max(Math.abs(to.frame - from.frame), Math.abs(to.bin - from.bin), 1);
    for (let step = 0; step <= steps; step += 1) {
      const between = (a, b) => Math.round(a + ((b - a) * step) / steps);
      this.set(between(from.frame, to.frame), between(from.bin, to.bin), value);
    }
  }

  /** As the server takes it: a string of 0 and 1 for each map frame. */
  rows() {
    return Array.from({ length: this.mapFrames }, (_, frame) =>
      this.cells.subarray(frame * this.mapBins, (frame + 1) * this.mapBins).join(""),
    );
  }
}
