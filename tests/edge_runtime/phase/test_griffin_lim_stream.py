"""Griffin-Lim piece by piece is that of the whole sound."""

import tracemalloc

import numpy as np
import pytest

from edge_runtime.phase.griffin_lim import griffin_lim
from edge_runtime.phase.griffin_lim_stream import PhaseStream
from edge_runtime.spectrogram.stft import BLOCK


def pieces_of(magnitude, piece, hop_length, **options):
    n_fft = 2 * (magnitude.shape[1] - 1)
    stream = PhaseStream(len(magnitude), n_fft, hop_length, **options)
    starts = range(0, len(magnitude), piece)
    return np.concatenate(
        [stream.add(magnitude[start : start + piece]) for start in starts]
    )


@pytest.mark.parametrize("hop_length", [16, 32, 64])
@pytest.mark.parametrize("frames", [1, 2, 3, BLOCK, BLOCK + 1, 5 * BLOCK - 1, 200])
@pytest.mark.parametrize("piece", [1, 50, 1000])
def test_equals_griffin_lim_bit_by_bit(frames, piece, hop_length):
    rng = np.random.default_rng(frames)
    magnitude = rng.gamma(0.5, 3.0, (frames, 33)).astype(np.float32)
    magnitude[:, 5:9] = 0.0
    magnitude[frames // 2 :][:4] = 0.0
    options = {"seed": 3, "iterations": 9, "momentum": 0.9}
    whole = griffin_lim(
        magnitude,
        np.zeros(magnitude.shape, np.complex64),
        np.ones(magnitude.shape, bool),
        hop_length=hop_length,
        **options,
    )
    parts = pieces_of(magnitude, piece, hop_length, **options)
    assert parts.dtype == np.complex64
    np.testing.assert_array_equal(parts, whole)
    np.testing.assert_allclose(np.abs(parts), magnitude, rtol=1e-5)


def test_memory_does_not_grow_with_the_sound():
    peaks = []
    for pieces in (10, 40):
        stream = PhaseStream(64 * pieces, 64, 16, seed=0, iterations=8)
        magnitude = np.ones((64, 33), np.float32)
        tracemalloc.start()
        frames = sum(len(stream.add(magnitude)) for _ in range(pieces))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert frames == 64 * pieces
        peaks.append(peak)
    short, long = peaks
    assert long < short + 50_000  # the spectrum of 30 pieces has 0.5 MB
