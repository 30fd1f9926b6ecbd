"""Texture: noise gets the statistics of noise, what is sure stays smooth."""

import numpy as np
import pytest

from edge_runtime.spectrogram.noise import noise_power
from edge_runtime.spectrogram.texture import LEVELS_DB, with_texture

N_FFT, HOP = 512, 128
BINS = N_FFT // 2 + 1


def levels_of_noise(seed, width, frames=4000):
    """Levels of bands of white noise, in dB of its mean power."""
    # Frames that share no sample are independent.
    power = noise_power(seed, 0, frames, n_fft=N_FFT, hop_length=N_FFT)[:, 8:248]
    return 10.0 * np.log10(power.reshape(frames, -1, width).mean(axis=2))


@pytest.mark.parametrize("width", LEVELS_DB)
def test_the_constants_are_those_of_noise(width):
    mean_db, deviation_db = LEVELS_DB[width]
    levels = levels_of_noise(1, width)
    assert abs(float(levels.mean()) - mean_db) < 0.03
    assert abs(float(levels.std()) - deviation_db) < 0.03


def test_one_bin_is_rayleigh():
    assert LEVELS_DB[1][0] == pytest.approx(
        -10.0 * np.euler_gamma / np.log(10.0), abs=0.01
    )
    assert LEVELS_DB[1][1] == pytest.approx(
        10.0 * np.pi / np.sqrt(6.0) / np.log(10.0), abs=0.01
    )


@pytest.mark.parametrize("width", LEVELS_DB)
def test_of_noise_it_makes_noise(width):
    """Told mean and deviation in dB, it gives the power of the noise back."""
    widths = np.full((BINS - 1) // width, width)
    mean_db, deviation_db = LEVELS_DB[width]
    magnitude = np.full((500, BINS), 10.0 ** (mean_db / 20.0), np.float32)
    spread_db = np.full((500, len(widths)), deviation_db, np.float32)
    noise = noise_power(3, 0, 500, n_fft=N_FFT, hop_length=HOP)
    textured = with_texture(magnitude, spread_db, noise, widths)[:, :-1]
    power = np.square(textured, dtype=np.float64)
    # The mean power is 1, where the smooth one has `mean_db`.
    np.testing.assert_allclose(power, noise[:, :-1], rtol=1e-4)
    assert abs(10.0 * np.log10(power.mean())) < 0.1


def test_what_is_sure_stays_smooth_where_a_band_is_a_bin():
    magnitude = np.random.default_rng(0).random((20, BINS)).astype(np.float32)
    noise = noise_power(0, 0, 20, n_fft=N_FFT, hop_length=HOP)
    spread_db = np.zeros((20, BINS - 1), np.float32)
    result = with_texture(magnitude, spread_db, noise, np.ones(BINS - 1, np.intp))
    np.testing.assert_allclose(result, magnitude, rtol=1e-6)


def test_doubt_beyond_the_deviation_of_noise_gives_no_more_texture():
    noise = noise_power(0, 0, 20, n_fft=N_FFT, hop_length=HOP)
    flat, widths = np.ones((20, BINS), np.float32), np.full(32, 8)
    own, doubtful = (
        with_texture(flat, np.full((20, 32), spread_db, np.float32), noise, widths)
        for spread_db in (LEVELS_DB[8][1], 9.0)
    )
    np.testing.assert_allclose(doubtful, own, rtol=1e-6)


def test_a_band_of_several_bins_keeps_its_power():
    widths = np.full(32, 8)
    magnitude = np.full((20, BINS), 0.5, np.float32)
    noise = noise_power(0, 0, 20, n_fft=N_FFT, hop_length=HOP)
    textured = with_texture(magnitude, np.zeros((20, 32), np.float32), noise, widths)
    power = np.square(textured[:, :-1], dtype=np.float64).reshape(20, 32, 8)
    np.testing.assert_allclose(power.mean(axis=2), 0.25, rtol=1e-5)
    assert power.std(axis=2).min() > 0.01


def test_silence_stays_silent_and_strength_0_changes_nothing():
    widths = np.ones(BINS - 1, np.intp)
    magnitude = np.full((20, BINS), 0.5, np.float32)
    magnitude[5:8] = 0.0
    noise = noise_power(0, 0, 20, n_fft=N_FFT, hop_length=HOP)
    spread_db = np.full((20, BINS - 1), 5.0, np.float32)
    textured = with_texture(magnitude, spread_db, noise, widths)
    assert not textured[5:8].any() and textured[8:, :-1].std() > 0.1
    smooth = with_texture(magnitude, spread_db, noise, widths, strength=0.0)
    np.testing.assert_array_equal(smooth, magnitude)
