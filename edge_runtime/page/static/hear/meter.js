// How loud what is heard comes out, in dB below full scale, while it plays.

const LOWEST_DB = -60;
const OVER_DB = 0.01; // full scale itself is not too loud
const FALL_DB_PER_S = 24; // slowly enough to read
const SAMPLES = 2048; // of each look: longer than from one picture to the next
const SPOKEN_MS = 500; // between two values for those who listen to the page

/** Levels of what passes a node, of each of two channels; the node is left as it is. */
export class Probe {
  constructor(node) {
    const { context } = node;
    const splitter = new ChannelSplitterNode(context, { numberOfOutputs: 2 });
    // A mono sound is heard on both sides: so it is measured.
    const stereo = new GainNode(context, { channelCount: 2, channelCountMode: "explicit" });
    node.connect(stereo).connect(splitter);
    this.samples = new Float32Array(SAMPLES);
    this.analysers = [0, 1].map((channel) => {
      const analyser = new AnalyserNode(context, { fftSize: SAMPLES });
      splitter.connect(analyser, channel);
      return analyser;
    });
  }

  /** The largest of the last samples, in dB; of the louder channel. */
  get peak() {
    let peak = 0;
    for (const analyser of this.analysers) {
      analyser.getFloatTimeDomainData(this.samples);
      const { samples } = this;
      for (let i = 0; i < SAMPLES; i += 1) peak = Math.max(peak, Math.abs(samples[i]));
    }
    return Math.max(LOWEST_DB, 20 * Math.log10(peak + 1e-9));
  }
}

/** Show the level in an element while the player plays; what was too loud stays said. */
export function connectMeter(element, player) {
  let shown = LOWEST_DB;
  let highest = LOWEST_DB;
  let drawn = 0;
  let spoken = 0;
  let frame = 0;
  const bar = element.querySelector("i");
  const text = element.querySelector("b");

  const draw = (now) => {
    const level = player.probe.peak;
    shown = Math.max(level, shown - (FALL_DB_PER_S * (now - drawn)) / 1000);
    drawn = now;
    highest = Math.max(highest, level);
    bar.style.clipPath = `inset(0 ${(100 * shown) / LOWEST_DB}% 0 0)`; // moves nothing
    element.classList.toggle("over", highest > OVER_DB);
    if (now - spoken > SPOKEN_MS) {
      spoken = now;
      const value = Math.round(highest);
      text.textContent = highest > LOWEST_DB ? `${value}`.replace("-", "−") : "";
      element.setAttribute("aria-valuenow", Math.min(0, value));
      element.setAttribute("aria-valuetext", `highest ${value} dB`);
    }
    if (player.playing || shown > LOWEST_DB) frame = requestAnimationFrame(draw);
  };
  player.addEventListener("change", () => {
    cancelAnimationFrame(frame);
    if (!player.probe) return;
    if (player.playing) highest = LOWEST_DB;
    drawn = performance.now();
    spoken = 0;
    frame = requestAnimationFrame(draw);
  });
}
