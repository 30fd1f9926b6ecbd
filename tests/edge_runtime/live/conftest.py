"""A tiny model that looks at neighbouring cells of time, further back than ahead."""

from __future__ import annotations

import numpy as np
import pytest

# Weight of the cell two before, one before, the cell itself, and one after.
ENCODER = np.array([0.1, 0.2, 0.5, 0.2], np.float32)
# Weight of the cell before, the cell itself, and one and two after.
DECODER = np.array([0.1, 0.6, 0.2, 0.1], np.float32)


def weighted(cells, weights, past):
    """Sum of neighbours along axis 1 with `weights`, silence beyond the ends."""
    future = len(weights) - 1 - past
    padded = np.pad(cells, [(0, 0), (past, future)] + [(0, 0)] * (cells.ndim - 2))
    total = np.zeros_like(cells)
    for index, weight in enumerate(weights):
        total += weight * padded[:, index : index + cells.shape[1]]
    return total


class BlurCodec:
    """The model of levels, blurred over time; counts how often it is asked."""

    def __init__(self, levels, stride):
        self.levels, self.stride = levels, stride
        self.encoded = self.decoded = 0

    def encode(self, spectrogram):
        self.encoded += 1
        return weighted(self.levels.encode(spectrogram), ENCODER, 2)

    def decode(self, codemap):
        self.decoded += 1
        cells = self.levels.decode(codemap)[:, :: self.stride]
        return np.repeat(weighted(cells, DECODER, 1), self.stride, axis=1)


@pytest.fixture
def blur_codec(level_bundle, level_codec):
    return BlurCodec(level_codec, level_bundle.time_stride)


@pytest.fixture(scope="session")
def blur_bundle(bundle_with):
    """The bundle of the blurred model: it says how far that one looks."""
    return bundle_with(context={"encoder_frames": [8, 4], "decoder_cells": [1, 2]})


@pytest.fixture
def make_inpainter(level_bundle, blur_codec):
    """Make a streaming engine of the tiny model: `make_inpainter(density=1.0)`."""
    from edge_runtime.live.parameters import LiveParameters
    from edge_runtime.live.receptive_field import Reach, ReceptiveField
    from edge_runtime.live.streaming_inpainter import StreamingInpainter

    field = ReceptiveField(encoder=Reach(2, 1), decoder=Reach(1, 2))

    def make(*, phase="original", lookahead=None, bundle=level_bundle, **parameters):
        return StreamingInpainter(
            bundle,
            engine=blur_codec,
            parameters=LiveParameters(**parameters),
            phase=phase,
            lookahead=lookahead,
            field=field,
        )

    return make


@pytest.fixture(scope="session")
def tone():
    """A second of two tones and a little noise, 8 kHz."""
    time = np.arange(8000) / 8000
    noise = np.random.default_rng(3).normal(scale=0.02, size=8000)
    audio = 0.3 * np.sin(2 * np.pi * 440 * time) + 0.1 * np.sin(2500 * time) + noise
    return audio.astype(np.float32)
