"""The phase of a whole sound, piece by piece, is that of all of it at once."""

import tracemalloc

import numpy as np
import pytest

from edge_runtime.phase.continued import ITERATIONS, continued_phase
from edge_runtime.phase.forward_phase import ForwardPhase
from edge_runtime.phase.griffin_lim import griffin_lim
from edge_runtime.phase.phase_stream import PhaseStream, RandomPhase
from edge_runtime.spectrogram.stft import BLOCK

LENGTHS = [1, 2, 3, BLOCK, BLOCK + 1, 5 * BLOCK - 1, 200]


def noise(frames, channels=1):
    """Magnitudes with a silent band and a silent moment."""
    rng = np.random.default_rng(frames)
    magnitude = rng.gamma(0.5, 3.0, (channels, frames, 33)).astype(np.float32)
    magnitude[:, :, 5:9] = 0.0
    magnitude[:, frames // 2 :][:, :4] = 0.0
    return magnitude


def pieces_of(magnitude, piece, hop_length, **options):
    channels, frames, bins = magnitude.shape
    stream = PhaseStream(channels, frames, 2 * (bins - 1), hop_length, **options)
    starts = range(0, frames, piece)
    return np.concatenate(
        [stream.add(magnitude[:, start : start + piece]) for start in starts], axis=1
    )


@pytest.mark.parametrize("hop_length", [16, 32, 64])
@pytest.mark.parametrize("frames", LENGTHS)
@pytest.mark.parametrize("piece", [1, 50, 1000])
def test_equals_griffin_lim_bit_by_bit(frames, piece, hop_length):
    (magnitude,) = noise(frames)
    options = {"iterations": 9, "momentum": 0.9}
    whole = griffin_lim(
        magnitude,
        np.zeros(magnitude.shape, np.complex64),
        np.ones(magnitude.shape, bool),
        hop_length=hop_length,
        seed=3,
        **options,
    )
    (parts,) = pieces_of(
        magnitude[np.newaxis], piece, hop_length, start=RandomPhase(3), **options
    )
    assert parts.dtype == np.complex64
    np.testing.assert_array_equal(parts, whole)
    np.testing.assert_allclose(np.abs(parts), magnitude, rtol=1e-5)


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("hop_length", [8, 16, 32])
@pytest.mark.parametrize("frames", LENGTHS)
@pytest.mark.parametrize("piece", [1, 33, 1000])
def test_equals_continued_bit_by_bit(frames, piece, hop_length, channels):
    magnitude = noise(frames, channels)
    whole = continued_phase(
        magnitude,
        np.zeros(magnitude.shape, np.complex64),
        np.ones(magnitude.shape[1:], bool),
        hop_length=hop_length,
    )
    start = ForwardPhase(64, hop_length)
    parts = pieces_of(magnitude, piece, hop_length, start=start, iterations=ITERATIONS)
    np.testing.assert_array_equal(parts, whole)
    np.testing.assert_allclose(np.abs(parts), magnitude, rtol=1e-5)


@pytest.mark.parametrize("block", [1, 2, 7, 50])
def test_forward_phases_do_not_depend_on_blocks(block):
    (magnitude,) = noise(100).astype(np.float64)

    def directions(block):
        forward, found = ForwardPhase(64, 16), []
        for first in range(0, len(magnitude), block):
            after = magnitude[first + block : first + block + 1]
            part = magnitude[first : first + block]
            found.append(forward.add(part, after[0] if len(after) else None))
        return np.concatenate(found)

    np.testing.assert_array_equal(directions(block), directions(100))


@pytest.mark.parametrize("start", ["random", "forward"])
def test_memory_does_not_grow_with_the_sound(start):
    peaks = []
    for pieces in (10, 40):
        begin = RandomPhase(0) if start == "random" else ForwardPhase(64, 16)
        stream = PhaseStream(1, 64 * pieces, 64, 16, start=begin, iterations=8)
        magnitude = np.ones((1, 64, 33), np.float32)
        tracemalloc.start()
        frames = sum(stream.add(magnitude).shape[1] for _ in range(pieces))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert frames == 64 * pieces
        peaks.append(peak)
    short, long = peaks
    assert long < short + 50_000  # the spectrum of 30 pieces has 0.5 MB
