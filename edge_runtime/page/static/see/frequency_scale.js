// Frequency to height in the picture: by octaves, as one hears, or by Hz.

const LOWEST_HZ = 25; // below the lowest key of a piano; octaves have no 0

export class FrequencyScale {
  /** @param kind "notes" or "hertz"; @param highest in Hz */
  constructor(kind, highest) {
    this.kind = kind;
    this.highest = highest;
    this.octaves = Math.log2(highest / LOWEST_HZ);
  }

  /** Share of the whole height, 0 at the bottom. */
  shareOf(hertz) {
    if (this.kind === "hertz") return hertz / this.highest;
    return hertz <= LOWEST_HZ ? 0 : Math.log2(hertz / LOWEST_HZ) / this.octaves;
  }

  /** The bottom stands for all that is below, down to 0 Hz. */
  hertzAt(share) {
    if (share <= 0) return 0;
    if (share >= 1) return this.highest;
    return this.kind === "hertz"
      ? share * this.highest
      : LOWEST_HZ * 2 ** (share * this.octaves);
  }
}
