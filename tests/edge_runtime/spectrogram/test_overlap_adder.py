"""The inverse transform piece by piece is that of the whole."""

import numpy as np
import pytest

from edge_runtime.spectrogram.overlap_adder import OverlapAdder
from edge_runtime.spectrogram.stft import BLOCK, istft


@pytest.mark.parametrize("frames", [1, 2, 3, 8, 9, 3 * BLOCK + 5])
@pytest.mark.parametrize("piece", [1, 7, BLOCK, 1000])
@pytest.mark.parametrize("hop_length", [16, 32, 64])
@pytest.mark.parametrize("beyond", [-9, 0, 300])
def test_equals_istft_bit_by_bit(frames, piece, hop_length, beyond):
    rng = np.random.default_rng(frames)
    real, imaginary = rng.normal(size=(2, frames, 33))
    spectrum = (real + 1j * imaginary).astype(np.complex64)
    length = max(1, (frames - 1) * hop_length + beyond)
    adder = OverlapAdder(frames, 64, hop_length, length)
    parts = [
        adder.add(spectrum[start : start + piece]) for start in range(0, frames, piece)
    ]
    expected = istft(spectrum, hop_length=hop_length, length=length)
    np.testing.assert_array_equal(np.concatenate(parts), expected)
