"""What is below a model's floor: found around a hole, and heard in it."""

import numpy as np
import pytest

from edge_runtime.edit.background import background_level
from edge_runtime.spectrogram.decibels import full_scale
from edge_runtime.spectrogram.settings import SpectrogramSettings

SETTINGS = SpectrogramSettings(sample_rate=8000, n_fft=256, hop_length=64)
FLOOR = full_scale(256) * 10.0 ** (SETTINGS.floor_db / 20.0)
SHAPE = (400, 129)
EVERYWHERE = np.ones(SHAPE)
SILENT = np.ones(SHAPE, bool)


def noise(rms, seed=0):
    """Power of bins of noise, float32 of shape `(1, frames, bins)`."""
    rng = np.random.default_rng(seed)
    return (rms**2 * rng.exponential(size=(1, *SHAPE))).astype(np.float32)


def test_noise_below_the_floor_has_its_own_level():
    level = background_level(noise(0.3 * FLOOR), EVERYWHERE, SILENT, SETTINGS)
    assert level.shape == SHAPE and level.dtype == np.float32
    np.testing.assert_allclose(level, 0.3 * FLOOR, rtol=0.1)
    assert level.mean() == pytest.approx(0.3 * FLOOR, rel=0.02)


def test_what_the_model_hears_does_not_count():
    power, silent = noise(0.3 * FLOOR), SILENT.copy()
    power[0, :100] += np.float32((100.0 * FLOOR) ** 2)
    silent[:100] = False
    level = background_level(power, EVERYWHERE, silent, SETTINGS)
    assert not level[:100].any()
    assert level[100:].mean() == pytest.approx(0.3 * FLOOR, rel=0.05)
    assert not background_level(power, EVERYWHERE, ~SILENT, SETTINGS).any()


def test_what_dies_away_goes_on_dying_away():
    """In a hole as around it: loud at first, then what digital silence leaves."""
    power, silent = np.zeros((1, *SHAPE), np.float32), SILENT.copy()
    silent[::40] = False
    for since in range(1, 20):
        power[0, since::40] = (FLOOR * 10.0 ** (-since / 20.0)) ** 2
    near = EVERYWHERE.copy()
    near[160:240] = 0.0
    level = background_level(power, near, silent, SETTINGS)
    gain = 10.0 ** (2.51 / 20.0)  # noise of the same mean of decibels is louder
    assert level[161].mean() == pytest.approx(gain * FLOOR * 10.0**-0.05, rel=0.05)
    assert np.all(np.diff(level[161:200, 64]) <= 0.0)
    assert level[180:200].max() < 0.1 * level[161].min()
    later = background_level(power[:, 20:], near[20:], SILENT[20:], SETTINGS)
    assert np.all(later == later[0])  # nothing has sounded: one level


def test_silence_between_hits_stays_silence():
    power, silent = np.zeros((1, *SHAPE), np.float32), SILENT.copy()
    power[0, ::40] = FLOOR**2
    silent[::40] = False
    assert not background_level(power, EVERYWHERE, silent, SETTINGS).any()


def test_only_what_is_near_counts():
    power, near = noise(0.3 * FLOOR), EVERYWHERE.copy()
    power[:, 200:] = 0.0
    near[:200] = 0.0
    assert not background_level(power, near, SILENT, SETTINGS).any()
    assert not background_level(power, np.zeros(SHAPE), SILENT, SETTINGS).any()


def test_channels_count_together():
    one = noise(0.3 * FLOOR)
    both = background_level(np.concatenate([one, one]), EVERYWHERE, SILENT, SETTINGS)
    alone = background_level(one, EVERYWHERE, SILENT, SETTINGS)
    np.testing.assert_allclose(both, alone, rtol=1e-6)
