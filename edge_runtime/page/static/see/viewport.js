// Which part of the sound is visible: a range of time and a range of the frequency scale.

const SHORTEST_S = 0.02;
const LOWEST_SHARE = 1 / 64; // of the height of all frequencies

export class Viewport extends EventTarget {
  /** Times in s; `band` in shares of the frequency scale. */
  begin(duration, scale) {
    this.duration = duration;
    this.scale = scale;
    this.fit();
  }

  /** Another scale, with the same frequencies visible. */
  useScale(scale) {
    const [low, high] = this.band.map((share) => this.scale.hertzAt(share));
    this.scale = scale;
    this.band = [0, 1];
    this.show("band", scale.shareOf(low), scale.shareOf(high));
  }

  get whole() {
    return { time: [0, this.duration], band: [0, 1] };
  }

  get isWhole() {
    return ["time", "band"].every((axis) => span(this[axis]) >= span(this.whole[axis]));
  }

  /** Shares of the picture's width and height, from the left and from the bottom. */
  xOf(second) {
    return (second - this.time[0]) / span(this.time);
  }

  yOf(hertz) {
    return (this.scale.shareOf(hertz) - this.band[0]) / span(this.band);
  }

  secondAt(x) {
    return this.time[0] + x * span(this.time);
  }

  hertzAt(y) {
    return this.scale.hertzAt(this.band[0] + y * span(this.band));
  }

  /** Make the visible range of "time" or "band" smaller or larger around a share of it. */
  zoom(axis, factor, around = 0.5) {
    const [low, high] = this[axis];
    const wanted = (high - low) * factor;
    const place = low + around * (high - low);
    this.show(axis, place - around * wanted, place + (1 - around) * wanted);
  }

  /** Move by a share of what is visible. */
  scroll(axis, by) {
    const [low, high] = this[axis];
    this.show(axis, low + by * (high - low), high + by * (high - low));
  }

  show(axis, low, high) {
    const [first, last] = this.whole[axis];
    const least = Math.min(axis === "time" ? SHORTEST_S : LOWEST_SHARE, last - first);
    const width = Math.min(Math.max(high - low, least), last - first);
    const middle = (low + high) / 2;
    const start = Math.min(Math.max(middle - width / 2, first), last - width);
    // Nearly all is all, so that zooming out ends.
    const isAll = width > (last - first) * (1 - 1e-9);
    this[axis] = isAll ? [first, last] : [start, start + width];
    this.dispatchEvent(new Event("change"));
  }

  fit() {
    this.time = this.whole.time;
    this.band = this.whole.band;
    this.dispatchEvent(new Event("change"));
  }

  /** A box with some room around it. */
  showBox({ start, end, low, high }) {
    const shares = [low, high].map((hertz) => this.scale.shareOf(hertz));
    const room = (from, to) => 0.25 * (to - from);
    this.show("time", start - room(start, end), end + room(start, end));
    this.show("band", shares[0] - room(...shares), shares[1] + room(...shares));
  }
}

const span = ([low, high]) => high - low;
