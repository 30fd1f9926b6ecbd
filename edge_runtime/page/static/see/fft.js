// Fast Fourier transform of complex numbers, in place; radix 2 (Cooley and Tukey, 1965).

export class Fft {
  constructor(size) {
    this.size = size;
    this.cosines = Float64Array.from({ length: size / 2 }, (_, i) =>
      Math.cos((2 * Math.PI * i) / size),
    );
    this.sines = Float64Array.from({ length: size / 2 }, (_, i) =>
      Math.sin((2 * Math.PI * i) / size),
    );
    this.reversed = new Uint32Array(size);
    for (let i = 1; i < size; i += 1) {
      this.reversed[i] = (this.reversed[i >> 1] >> 1) | (i & 1 ? size >> 1 : 0);
    }
  }

  transform(real, imaginary) {
    const { size, cosines, sines, reversed } = this;
    for (let i = 0; i < size; i += 1) {
      const j = reversed[i];
      if (j <= i) continue;
      const [re, im] = [real[i], imaginary[i]];
      real[i] = real[j];
      imaginary[i] = imaginary[j];
      real[j] = re;
      imaginary[j] = im;
    }
    for (let half = 1; half < size; half *= 2) {
      const stride = size / (2 * half);
      for (let start = 0; start < size; start += 2 * half) {
        for (let k = 0, turn = 0; k < half; k += 1, turn += stride) {
          const a = start + k;
          const b = a + half;
          const re = real[b] * cosines[turn] + imaginary[b] * sines[turn];
          const im = imaginary[b] * cosines[turn] - real[b] * sines[turn];
          real[b] = real[a] - re;
          imaginary[b] = imaginary[a] - im;
          real[a] += re;
          imaginary[a] += im;
        }
      }
    }
  }
}
