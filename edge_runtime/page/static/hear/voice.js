// One playing sound: a source behind a gain, placed on the clock in whole samples.

const FADE_S = 0.008; // short enough to feel instant, long enough not to click
const NEVER_S = 1e9;

export class Voice {
  /**
   * @param output where it goes; its clock runs at the sound's own rate
   * @param buffer decoded sound
   * @param frame sample of the clock at which it starts
   * @param offset sample of the sound it starts at
   */
  constructor(output, buffer, { frame, offset, looping, fadeIn }) {
    const { context } = output;
    this.context = context;
    this.buffer = buffer;
    this.frame = frame;
    this.offset = offset;
    this.gain = new GainNode(context, { gain: fadeIn ? 0 : 1 });
    this.source = new AudioBufferSourceNode(context, { buffer, loop: looping });
    this.source.connect(this.gain).connect(output);
    const start = frame / context.sampleRate;
    if (fadeIn) {
      this.gain.gain.setValueAtTime(0, start);
      this.gain.gain.linearRampToValueAtTime(1, start + FADE_S);
    }
    this.source.start(start, offset / context.sampleRate);
  }

  get looping() {
    return this.source.loop;
  }

  set looping(value) {
    this.source.loop = value;
  }

  /** Sample of the sound that is heard at a sample of the clock. */
  placeAt(frame) {
    const place = this.offset + Math.max(0, frame - this.frame);
    return this.looping ? place % this.buffer.length : Math.min(place, this.buffer.length);
  }

  /** First sample of the clock, not before `frame`, at which the loop begins anew. */
  boundaryAfter(frame) {
    const first = this.frame - this.offset;
    const rounds = Math.max(1, Math.ceil((frame - first) / this.buffer.length));
    return first + rounds * this.buffer.length;
  }

  /** End exactly at a sample of the clock: for what follows there without a gap. */
  endAt(frame) {
    this.source.stop(frame / this.context.sampleRate);
  }

  /** Take `endAt` back. */
  goOn() {
    this.source.stop(NEVER_S);
  }

  /** End now, quickly and softly. */
  fadeOut() {
    const now = this.context.currentTime;
    this.gain.gain.cancelScheduledValues(now);
    this.gain.gain.setValueAtTime(this.gain.gain.value, now);
    this.gain.gain.linearRampToValueAtTime(0, now + FADE_S);
    this.source.stop(now + FADE_S + 0.002);
  }
}
