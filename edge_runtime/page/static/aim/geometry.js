// Where the cells of a model lie in a sound: their edges in s and in Hz.

export class Geometry {
  /** @param sound its duration, number of samples and sample rate */
  constructor(model, { duration, samples, rate }) {
    const { sample_rate: modelRate, hop_length: hop } = model.spectrogram;
    const heard = Math.ceil((samples * modelRate) / rate);
    const frames = Math.floor(heard / hop) + 1;
    this.duration = duration;
    this.highest = rate / 2;
    this.heardUpTo = Math.min(modelRate, rate) / 2;
    this.mapFrames = Math.ceil(frames / model.time_stride);
    this.mapBins = model.cell_edges_hz.length - 1;
    // A frame is centred on its sample and owns half a hop on both sides.
    this.timeEdges = Array.from({ length: this.mapFrames + 1 }, (_, i) =>
      i === this.mapFrames
        ? duration
        : Math.min(duration, Math.max(0, ((i * model.time_stride - 0.5) * hop) / modelRate)),
    );
    this.freqEdges = model.cell_edges_hz;
  }

  /** The cell at a time and a frequency; the nearest one outside. */
  cellAt(second, hertz) {
    return { frame: find(this.timeEdges, second), bin: find(this.freqEdges, hertz) };
  }

  /** Box of one cell in s and Hz. */
  cellBox(frame, bin) {
    return {
      start: this.timeEdges[frame],
      end: this.timeEdges[frame + 1],
      low: this.freqEdges[bin],
      high: this.freqEdges[bin + 1],
    };
  }

  /** The same box inside the sound; null if nothing of it is. */
  inside({ start, end, low, high }) {
    const box = {
      start: Math.max(0, Math.min(start, end)),
      end: Math.min(this.duration, Math.max(start, end)),
      low: Math.max(0, Math.min(low, high)),
      high: Math.min(this.highest, Math.max(low, high)),
    };
    return box.end > box.start && box.high > box.low && box.low < this.heardUpTo ? box : null;
  }
}

/** Number of the interval between sorted edges that holds a value. */
function find(edges, value) {
  let [low, high] = [0, edges.length - 2];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (edges[middle] <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
