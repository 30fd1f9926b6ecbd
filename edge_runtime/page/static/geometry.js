// Where cells lie in the picture: shares of its width and height, both from 0 to 1.

const clamp = (value) => Math.min(1, Math.max(0, value));

export class Geometry {
  constructor(model, analysis) {
    const { sample_rate: rate, n_fft: fft, hop_length: hop } = model.spectrogram;
    this.mapFrames = analysis.codemap[0].length;
    this.mapBins = analysis.codemap[0][0].length;
    this.duration = analysis.duration_s;
    this.nyquist = rate / 2;
    // A frame is centred on its sample and owns half a hop on both sides.
    const edges = (count, stride, step, end) =>
      Array.from({ length: count + 1 }, (_, i) =>
        i === count ? 1 : clamp(((i * stride - 0.5) * step) / end),
      );
    this.timeEdges = edges(this.mapFrames, model.time_stride, hop / rate, this.duration);
    this.freqEdges = model.cell_edges_hz.map((hertz) => hertz / this.nyquist);
    // Share of one frame and one bin, to place the image.
    this.frameShare = hop / rate / this.duration;
    this.binShare = rate / fft / this.nyquist;
  }

  /** Cell at shares of width (from the left) and height (from the bottom). */
  cellAt(x, y) {
    const find = (edges, value) => {
      let cell = edges.findIndex((edge) => edge > value) - 1;
      if (cell < 0) cell = value <= 0 ? 0 : edges.length - 2;
      return cell;
    };
    return { frame: find(this.timeEdges, x), bin: find(this.freqEdges, y) };
  }

  describe(cell) {
    const seconds = (i) => (this.timeEdges[i] * this.duration).toFixed(2);
    const hertz = (i) => Math.round(this.freqEdges[i] * this.nyquist);
    return `${seconds(cell.frame)} to ${seconds(cell.frame + 1)} s, ${hertz(cell.bin)} to ${hertz(cell.bin + 1)} Hz`;
  }
}
