"""A model of grey levels that stands in for a trained run: no TensorFlow, no data."""

from types import SimpleNamespace

import numpy as np
import pytest

from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras.datasets import Dataset, Split

LEVELS = 8
CELL = 4


class LevelCodec:
    """Each cell of 4x4 values is coded by its mean level, in steps of 1/7.

    Codewords have two channels, the level and its half; the decoder reads the first.
    """

    def __init__(self, dataset, settings=None):
        config = SimpleNamespace(name="levels", spectrogram=settings)
        self.run = SimpleNamespace(config=config, settings=settings, dataset=dataset)
        level = np.linspace(0.0, 1.0, LEVELS, dtype=np.float32)
        self.codebook = np.stack([level, level / 2], axis=1)
        self.frames, self.bins = dataset.test.shape[:2]
        self.strides = CELL, CELL
        self.silence = np.zeros((-(-self.frames // CELL), self.bins // CELL), np.int32)
        self.bits = self.silence.size * 3.0

    def encode(self, examples):
        padding = -examples.shape[1] % CELL
        padded = np.pad(examples[..., 0], ((0, 0), (0, padding), (0, 0)))
        count, frames, bins = padded.shape
        cells = padded.reshape(count, frames // CELL, CELL, bins // CELL, CELL)
        means = cells.mean(axis=(2, 4))
        return np.rint(means * (LEVELS - 1)).astype(np.int32)

    def decode(self, codemaps):
        return self.decode_vectors(self.codebook[codemaps])

    def decode_vectors(self, quantized):
        levels = np.clip(quantized[..., 0], 0.0, 1.0)
        values = np.repeat(np.repeat(levels, CELL, axis=1), CELL, axis=2)
        return values[:, : self.frames, : self.bins, np.newaxis]


def images(count, seed, shape=(32, 32)):
    """Smooth blobs: neighbouring cells resemble each other."""
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    blobs = []
    for _ in range(count):
        row, column = rng.uniform(8, 24, 2)
        distance = ((rows - row) / 8) ** 2 + ((columns - column) / 8) ** 2
        blobs.append(np.exp(-distance))
    array = np.round(255 * np.stack(blobs)).astype(np.uint8)
    metadata = [
        {"label": i % 10, "note_str": f"n-{i}", "instrument_str": f"i{i % 3}"}
        for i in range(count)
    ]
    return Split(array[..., np.newaxis], metadata)


def dataset_of(name, settings, shape):
    parts = [images(12, seed, shape) for seed in range(3)]
    return Dataset(name, settings, *parts)


@pytest.fixture
def image_codec():
    return LevelCodec(dataset_of("mnist", None, (32, 32)))


@pytest.fixture
def note_codec():
    settings = SpectrogramSettings(sample_rate=8000, n_fft=64, hop_length=16)
    return LevelCodec(dataset_of("nsynth", settings, (30, 32)), settings)
