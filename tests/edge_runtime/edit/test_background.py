"""What is below a model's floor: found around a hole, and heard in it."""

import numpy as np
import pytest

from edge_runtime.edit.background import background_level
from edge_runtime.spectrogram.decibels import full_scale
from edge_runtime.spectrogram.settings import SpectrogramSettings

SETTINGS = SpectrogramSettings(sample_rate=8000, n_fft=256, hop_length=64)
FLOOR = full_scale(256) * 10.0 ** (SETTINGS.floor_db / 20.0)
SHAPE = (400, 129)


def noise(rms, seed=0):
    """Power of bins of noise, float32 of shape `(1, frames, bins)`."""
    rng = np.random.default_rng(seed)
    return (rms**2 * rng.exponential(size=(1, *SHAPE))).astype(np.float32)


def test_noise_below_the_floor_has_its_own_level():
    level = background_level(noise(0.3 * FLOOR), np.ones(SHAPE), SETTINGS)
    assert level.shape == SHAPE[1:]
    np.testing.assert_allclose(level, 0.3 * FLOOR, rtol=0.15)
    assert level.mean() == pytest.approx(0.3 * FLOOR, rel=0.02)


def test_what_the_model_hears_does_not_count():
    power = noise(0.3 * FLOOR)
    quiet = background_level(power, np.ones(SHAPE), SETTINGS)
    power[0, :100] += np.float32((100.0 * FLOOR) ** 2)
    level = background_level(power, np.ones(SHAPE), SETTINGS)
    np.testing.assert_allclose(level, quiet, rtol=0.3)
    assert not background_level(noise(1e3 * FLOOR), np.ones(SHAPE), SETTINGS).any()


def test_what_dies_away_is_no_background():
    """Silence between hits stays silence, however long their tails take."""
    tails = np.zeros((1, *SHAPE), np.float32)
    tails[0, ::4] = (0.3 * FLOOR) ** 2
    tails[0, 1::4] = FLOOR**2
    assert not background_level(tails, np.ones(SHAPE), SETTINGS).any()
    level = background_level(tails + noise(1e-2 * FLOOR), np.ones(SHAPE), SETTINGS)
    assert level.mean() == pytest.approx(1e-2 * FLOOR, rel=0.1)


def test_only_what_is_near_counts_and_of_silence_nothing_is_left():
    power, near = noise(0.3 * FLOOR), np.ones(SHAPE)
    power[:, 200:] = 0.0
    near[:200] = 0.0
    assert not background_level(power, near, SETTINGS).any()
    assert not background_level(power, np.zeros(SHAPE), SETTINGS).any()


def test_channels_count_together():
    one = noise(0.3 * FLOOR)
    both = background_level(np.concatenate([one, one]), np.ones(SHAPE), SETTINGS)
    alone = background_level(one, np.ones(SHAPE), SETTINGS)
    np.testing.assert_allclose(both, alone, rtol=1e-6)
