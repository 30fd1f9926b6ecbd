// Where sounds begin: jumps of the spectrum (spectral flux), then the steepest rise there.

import { Fft } from "../see/fft.js";

const WINDOW_S = 0.023;
const HOPS_PER_WINDOW = 4;
const COMPRESSION = 1000; // of magnitudes: soft sounds begin too
const AROUND_S = 0.1; // what a jump must stand out from
const LEAST = 0.25; // how far, as a share of the largest jump
const APART_S = 0.05; // closer together two beginnings are one
const RISE_S = 0.004; // before and after a beginning

/** All channels added up. */
function monoOf(buffer) {
  const mono = buffer.getChannelData(0).slice();
  for (let channel = 1; channel < buffer.numberOfChannels; channel += 1) {
    buffer.getChannelData(channel).forEach((value, i) => {
      mono[i] += value;
    });
  }
  return mono;
}

/** How much louder each moment's spectrum is than that of the moment before. */
export function fluxOf(buffer) {
  const samples = monoOf(buffer);
  const size = 2 ** Math.round(Math.log2(WINDOW_S * buffer.sampleRate));
  const hop = size / HOPS_PER_WINDOW;
  const fft = new Fft(size);
  const window = Float64Array.from(
    { length: size },
    (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / size),
  );
  const [real, imaginary] = [new Float64Array(size), new Float64Array(size)];
  let before = new Float64Array(size / 2);
  let now = new Float64Array(size / 2);
  const flux = new Float64Array(Math.ceil(samples.length / hop) + 1);
  for (let frame = 0; frame < flux.length; frame += 1) {
    const start = frame * hop - size / 2;
    for (let i = 0; i < size; i += 1) real[i] = (samples[start + i] ?? 0) * window[i];
    imaginary.fill(0);
    fft.transform(real, imaginary);
    for (let bin = 0; bin < size / 2; bin += 1) {
      const magnitude = (2 * Math.hypot(real[bin], imaginary[bin])) / size;
      now[bin] = Math.log1p(COMPRESSION * magnitude);
      flux[frame] += Math.max(0, now[bin] - before[bin]);
    }
    [before, now] = [now, before];
  }
  return { flux, samples, hopS: hop / buffer.sampleRate, rate: buffer.sampleRate };
}

/** The sample near a frame's centre at which the level rises most. */
function steepest(samples, rate, second) {
  const reach = Math.round(RISE_S * rate);
  const step = Math.max(1, Math.round(rate / 4000));
  const energy = (from, to) => {
    let sum = 1e-9;
    for (let i = Math.max(0, from); i < Math.min(samples.length, to); i += 1) sum += samples[i] ** 2;
    return sum;
  };
  const middle = Math.round(second * rate);
  const room = Math.round((WINDOW_S / 2) * rate);
  let [best, most] = [middle, -Infinity];
  for (let at = middle - room; at <= middle + room; at += step) {
    const after = energy(at, at + reach);
    const rise = (after - energy(at - reach, at)) * Math.log(after / energy(at - reach, at));
    if (rise > most) [best, most] = [at, rise];
  }
  return Math.max(0, best / rate);
}

/** Beginnings in s, in order. */
export function onsetsOf({ flux, samples, hopS, rate }) {
  const around = Math.round(AROUND_S / hopS);
  const largest = flux.reduce((most, jump) => Math.max(most, jump), 1e-9);
  const onsets = [];
  let last = -Infinity;
  flux.forEach((jump, frame) => {
    const near = flux.subarray(Math.max(0, frame - around), frame + around + 1);
    const mean = near.reduce((sum, value) => sum + value, 0) / near.length;
    if (jump < mean + LEAST * largest || jump < Math.max(...near)) return;
    if ((frame - last) * hopS < APART_S) return;
    last = frame;
    onsets.push(steepest(samples, rate, frame * hopS));
  });
  return onsets;
}
