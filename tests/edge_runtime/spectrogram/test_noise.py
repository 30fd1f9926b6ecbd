"""White noise: any cut gives the same samples, and it is white."""

import numpy as np
import pytest

from edge_runtime.spectrogram.noise import noise_power, white_noise
from edge_runtime.spectrogram.stft import stft


@pytest.mark.parametrize("first, last", [(0, 5), (16380, 16390), (5, 40000), (7, 7)])
def test_a_part_is_that_of_the_whole(first, last):
    whole = white_noise(5, 0, 50000)
    np.testing.assert_array_equal(white_noise(5, first, last), whole[first:last])


def test_seeds_differ():
    one, other = white_noise(0, 0, 20000), white_noise(1, 0, 20000)
    assert abs(float(np.corrcoef(one, other)[0, 1])) < 0.03


def test_it_is_white_and_of_variance_1():
    noise = white_noise(2, 0, 200000)
    assert noise.dtype == np.float32
    assert abs(float(noise.mean())) < 0.01 and abs(float(noise.var()) - 1.0) < 0.01
    for lag in (1, 2, 7, 16384):  # a block must not be the one before again
        assert abs(float(np.corrcoef(noise[lag:], noise[:-lag])[0, 1])) < 0.01


def test_power_is_that_of_its_transform():
    n_fft, hop_length = 64, 16
    power = noise_power(9, 3, 40, n_fft=n_fft, hop_length=hop_length)
    # Frame t begins at sample t * hop_length: `stft` centres it half a window later.
    spectrum = stft(white_noise(9, 0, 2000), n_fft=n_fft, hop_length=hop_length)
    expected = np.abs(spectrum.astype(np.complex128)) ** 2 / (0.375 * n_fft)
    np.testing.assert_allclose(power, expected[5:42], rtol=1e-5, atol=1e-9)
    assert abs(float(power[:, 1:-1].mean()) - 1.0) < 0.1
