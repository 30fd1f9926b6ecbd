"""A tiny model of levels: each cell is coded by its mean level, in 1/15 steps."""

import numpy as np

from edge_runtime.spectrogram.settings import SpectrogramSettings

SETTINGS = SpectrogramSettings(sample_rate=8000, n_fft=256, hop_length=64)
TIME_STRIDE, FREQ_STRIDE, CODEBOOK_SIZE = 4, 16, 16
CODEBOOK = np.linspace(0.0, 1.0, CODEBOOK_SIZE, dtype=np.float32)[:, np.newaxis]
# A prior of random weights: 3x3 places side by side, then 3x3 places 4 frames and 2
# bins apart, so that a cell's logits depend on 5 cells of time to each side.
PRIOR_UNITS, PRIOR_DILATION, PRIOR_REACH = 6, (4, 2), 5
PRIOR = {"reach": PRIOR_REACH, "architecture": "convolutional", "bits_per_code": 3.5}
PRIOR["num_parameters"] = 660


def _prior_weights():
    rng = np.random.default_rng(11)
    units, map_bins = PRIOR_UNITS, SETTINGS.num_bins // FREQ_STRIDE
    shapes = {
        "first": ((3, 3, 2, units), 1.5),
        "rows": ((1, 1, map_bins, units), 0.3),
        "wide": ((3, 3, units, units), 0.3),
        "head": ((1, 1, units, CODEBOOK_SIZE), 1.0),
    }
    return {
        name: rng.normal(scale=scale, size=shape).astype(np.float32)
        for name, (shape, scale) in shapes.items()
    }


PRIOR_WEIGHTS = _prior_weights()


class LevelCodec:
    """The tiny model in numpy; stands in for an `Engine`."""

    def encode(self, spectrogram):
        _, frames, bins, _ = spectrogram.shape
        cells = spectrogram.reshape(
            1, frames // TIME_STRIDE, TIME_STRIDE, bins // FREQ_STRIDE, FREQ_STRIDE
        )
        return cells.mean(axis=(2, 4), dtype=np.float32)[..., np.newaxis]

    def decode(self, codemap):
        return self.decode_quantized(CODEBOOK[codemap])

    def decode_quantized(self, quantized):
        cells = np.repeat(quantized, TIME_STRIDE, axis=1)
        return np.repeat(cells, FREQ_STRIDE, axis=2)


class PriorCodec(LevelCodec):
    """The tiny model with its prior; counts how often and on how much that ran.

    Each sum is added up cell by cell in one order, so that a cell's logits are the same
    to the bit whatever else was computed with it.
    """

    def __init__(self):
        self.shapes = []

    def predict(self, quantized, visible):
        assert quantized.dtype == visible.dtype == np.float32
        self.shapes.append(quantized.shape)
        weights = PRIOR_WEIGHTS
        cells = np.concatenate([quantized, visible], axis=-1)[0].astype(np.float64)
        hidden = _convolved(cells, weights["first"], (1, 1)) + weights["rows"][0]
        seen = np.maximum(hidden, 0.0)
        wide = _convolved(seen, weights["wide"], PRIOR_DILATION)
        hidden = np.maximum(hidden + np.maximum(wide, 0.0), 0.0)
        logits = _convolved(hidden, weights["head"], (1, 1))
        return logits.astype(np.float32)[np.newaxis]


def _convolved(cells, weights, dilation):
    height, width, channels, outputs = weights.shape
    down, across = (height // 2) * dilation[0], (width // 2) * dilation[1]
    padded = np.pad(cells, ((down, down), (across, across), (0, 0)))
    frames, bins, _ = cells.shape
    sums = np.zeros((frames, bins, outputs))
    for row in range(height):
        for column in range(width):
            y, x = row * dilation[0], column * dilation[1]
            for channel in range(channels):
                shifted = padded[y : y + frames, x : x + bins, channel]
                sums += shifted[..., np.newaxis] * weights[row, column, channel]
    return sums


class UnsureCodec:
    """The tiny model, whose decoder says that every value may be off by 5 dB."""

    def __init__(self, level_codec):
        self.encode, self._level_codec = level_codec.encode, level_codec

    def decode(self, codemap):
        mean = self._level_codec.decode(codemap)
        return np.concatenate([mean, np.full_like(mean, 0.05)], axis=-1)


class SmearedCodec:
    """Latents are means over the cell, the one before and the two after."""

    def __init__(self):
        self._level_codec = LevelCodec()

    def encode(self, spectrogram):
        levels = self._level_codec.encode(spectrogram)
        padded = np.pad(levels, ((0, 0), (1, 2), (0, 0), (0, 0)))
        smeared = padded[:, :-3] + padded[:, 1:-2] + padded[:, 2:-1] + padded[:, 3:]
        return (smeared / 4).astype(np.float32)

    def decode(self, codemap):
        padded = np.pad(codemap, ((0, 0), (1, 2), (0, 0)), mode="edge")
        near = [padded[:, i : i + codemap.shape[1]] for i in range(4)]
        return sum(self._level_codec.decode(codes) for codes in near) / np.float32(4)

    def decode_quantized(self, quantized):
        padded = np.pad(quantized, ((0, 0), (1, 2), (0, 0), (0, 0)), mode="edge")
        near = [padded[:, i : i + quantized.shape[1]] for i in range(4)]
        return self._level_codec.decode_quantized(sum(near) / np.float32(4))


def prior_inputs(seed=0, frames=9):
    """Codewords of random codes, some of them hidden, and what is visible."""
    rng = np.random.default_rng(seed)
    shape = (1, frames, SETTINGS.num_bins // FREQ_STRIDE)
    visible = (rng.random(shape) < 0.6).astype(np.float32)[..., np.newaxis]
    return CODEBOOK[rng.integers(0, CODEBOOK_SIZE, shape)] * visible, visible
