// Parts and differences of decoded sounds, sample by sample.

const like = (buffer, length) =>
  new AudioBuffer({
    length,
    numberOfChannels: buffer.numberOfChannels,
    sampleRate: buffer.sampleRate,
  });

/** Samples from one time to another, both in s; the whole where there is no range. */
export function pieceOf(buffer, range) {
  if (!range) return buffer;
  const first = Math.min(buffer.length - 1, Math.round(range[0] * buffer.sampleRate));
  const end = Math.min(buffer.length, Math.max(first + 1, Math.round(range[1] * buffer.sampleRate)));
  const piece = like(buffer, end - first);
  for (let channel = 0; channel < buffer.numberOfChannels; channel += 1) {
    piece.copyToChannel(buffer.getChannelData(channel).subarray(first, end), channel);
  }
  return piece;
}

/** What was added to one sound to make another of the same length. */
export function changeBetween(before, after) {
  const change = like(before, before.length);
  for (let channel = 0; channel < before.numberOfChannels; channel += 1) {
    const old = before.getChannelData(channel);
    change.copyToChannel(
      after.getChannelData(channel).map((value, i) => value - old[i]),
      channel,
    );
  }
  return change;
}

/** A sound made louder or softer. */
export function scaled(buffer, gain) {
  const other = like(buffer, buffer.length);
  for (let channel = 0; channel < buffer.numberOfChannels; channel += 1) {
    other.copyToChannel(
      buffer.getChannelData(channel).map((value) => value * gain),
      channel,
    );
  }
  return other;
}
