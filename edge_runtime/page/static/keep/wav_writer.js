// Decoded audio to a WAV file of 32-bit floats, for formats the server does not read.

export function wavOf(audio) {
  const channels = Math.min(2, audio.numberOfChannels);
  const size = audio.length * channels * 4;
  const view = new DataView(new ArrayBuffer(44 + size));
  const text = (at, letters) =>
    [...letters].forEach((c, i) => view.setUint8(at + i, c.charCodeAt(0)));
  text(0, "RIFF");
  view.setUint32(4, 36 + size, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 3, true); // IEEE float
  view.setUint16(22, channels, true);
  view.setUint32(24, audio.sampleRate, true);
  view.setUint32(28, audio.sampleRate * channels * 4, true);
  view.setUint16(32, channels * 4, true);
  view.setUint16(34, 32, true);
  text(36, "data");
  view.setUint32(40, size, true);
  const samples = new Float32Array(audio.length * channels);
  for (let channel = 0; channel < channels; channel += 1) {
    audio.getChannelData(channel).forEach((value, i) => {
      samples[i * channels + channel] = value;
    });
  }
  // All systems that run browsers are little-endian, as WAV is.
  new Float32Array(view.buffer, 44).set(samples);
  return view.buffer;
}
