// How loud a sound is to an ear: the weighted mean square of ITU-R BS.1770-5 (2023).

const SILENCE = 1e-10; // mean square; -100 dB

/**
 * Filters of its annex 1 at any rate: a shelf as of a head, then a high-pass.
 * Its table is for 48 kHz; the prototypes behind it are those that De Man found, 2014.
 */
function weighting(rate) {
  const shelf = Math.tan((Math.PI * 1681.974450955533) / rate);
  const [q, high] = [0.7071752369554196, 10 ** (3.999843853973347 / 20)];
  const band = high ** 0.4996667741545416;
  const below = 1 + shelf / q + shelf ** 2;
  const pass = Math.tan((Math.PI * 38.13547087602444) / rate);
  const passQ = 0.5003270373238773;
  const under = 1 + pass / passQ + pass ** 2;
  return [
    {
      b: [
        (high + (band * shelf) / q + shelf ** 2) / below,
        (2 * (shelf ** 2 - high)) / below,
        (high - (band * shelf) / q + shelf ** 2) / below,
      ],
      a: [(2 * (shelf ** 2 - 1)) / below, (1 - shelf / q + shelf ** 2) / below],
    },
    {
      b: [1, -2, 1],
      a: [(2 * (pass ** 2 - 1)) / under, (1 - pass / passQ + pass ** 2) / under],
    },
  ];
}

/** Sum of squares of some samples, weighted. */
function energyOf(samples, filters) {
  const [first, second] = filters;
  let [x1, x2, y1, y2, z1, z2, sum] = [0, 0, 0, 0, 0, 0, 0];
  for (let i = 0; i < samples.length; i += 1) {
    const x = samples[i];
    const y =
      first.b[0] * x + first.b[1] * x1 + first.b[2] * x2 - first.a[0] * y1 - first.a[1] * y2;
    const z = y - 2 * y1 + y2 - second.a[0] * z1 - second.a[1] * z2;
    [x2, x1, y2, y1, z2, z1] = [x1, x, y1, y, z1, z];
    sum += z * z;
  }
  return sum;
}

/** Loudness of a decoded sound in LUFS, of all of it, silence too; -100 at least. */
export function loudnessOf(buffer) {
  const filters = weighting(buffer.sampleRate);
  let power = 0;
  for (let channel = 0; channel < buffer.numberOfChannels; channel += 1) {
    power += energyOf(buffer.getChannelData(channel), filters) / buffer.length;
  }
  return -0.691 + 10 * Math.log10(Math.max(power, SILENCE));
}
