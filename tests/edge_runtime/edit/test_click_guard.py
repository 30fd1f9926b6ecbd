"""The guard against clicks: no jump too far, and the change whole everywhere else."""

import numpy as np
import pytest

from edge_runtime.edit.click_guard import REACH_S, gain_without_clicks, without_clicks
from edge_runtime.edit.seams import largest_jump

RATE = 8000


def guarded(audio, change, limits):
    gain = gain_without_clicks(audio, change, np.array(limits), RATE)
    return gain, audio + gain[:, np.newaxis] * change


@pytest.mark.parametrize("seed", range(5))
def test_no_jump_is_too_far(seed):
    rng = np.random.default_rng(seed)
    audio = rng.normal(scale=0.01, size=(2000, 2)).astype(np.float32)
    change = rng.normal(scale=0.02, size=(2000, 2)).astype(np.float32)
    change[rng.integers(0, 2000, 5)] += 1.0
    limits = [largest_jump(channel) for channel in audio.T]
    gain, edited = guarded(audio, change, limits)
    assert gain.min() >= 0.0 and gain.max() <= 1.0
    for channel, limit in zip(edited.T, limits, strict=True):
        assert largest_jump(channel) <= limit + 1e-7


def test_only_the_samples_around_a_jump_are_turned_down():
    time = np.arange(RATE) / RATE
    audio = (0.3 * np.sin(2 * np.pi * 200 * time)).astype(np.float32)[:, np.newaxis]
    change = -0.5 * audio
    change[4000] += 0.9
    gain, edited = guarded(audio, change, [largest_jump(audio[:, 0])])
    low = np.flatnonzero(gain < 1.0)
    reach = 2 * round(REACH_S * RATE) + 2
    assert 4000 - reach <= low[0] < 4000 < low[-1] <= 4000 + reach
    assert gain[4000] < 0.3
    far = np.r_[0 : 4000 - reach, 4001 + reach : RATE]
    np.testing.assert_array_equal(edited[far], (audio + change)[far])


def test_the_gain_is_smooth():
    audio, change = np.zeros((2, 1000, 1), np.float32)
    change[500] = 1.0
    gain, _ = guarded(audio, change, [0.1])
    assert np.abs(np.diff(gain)).max() < 0.1


def test_a_jump_of_the_sound_itself_is_no_fault_of_the_change():
    audio, change = np.zeros((2, 400, 1), np.float32)
    audio[200:] = 0.5
    change[:150] = 0.01
    gain, edited = guarded(audio, change, [0.1])
    np.testing.assert_array_equal(gain, np.ones(400))
    np.testing.assert_array_equal(edited, audio + change)


def test_channels_are_turned_down_together():
    audio, change = np.zeros((2, 400, 2), np.float32)
    change[200, 0] = 1.0
    change[:, 1] = np.sin(np.arange(400) / 50) * 0.1
    gain, edited = guarded(audio, change, [0.1, 0.1])
    assert gain[200] <= 0.1
    np.testing.assert_allclose(edited[:, 1], gain * change[:, 1])


def test_a_tone_as_steep_as_may_be_does_not_undo_a_change():
    """Its own jumps leave no room for more, in each of its periods."""
    time = np.arange(RATE) / RATE
    audio = 0.3 * np.sin(2 * np.pi * 440 * time)[:, np.newaxis]
    change = 0.02 * np.random.default_rng(1).normal(size=audio.shape)
    change[:1000] = change[-1000:] = 0.0
    limit = largest_jump(audio[:, 0])
    assert largest_jump((audio + change)[:, 0]) > 1.3 * limit
    kept = without_clicks(audio, change, np.array([limit]), RATE)
    assert largest_jump((audio + kept)[:, 0]) <= limit + 1e-7
    assert np.square(kept).sum() > 0.5 * np.square(change).sum()
    assert not kept[:1000].any() and not kept[-1000:].any()


@pytest.mark.parametrize("loud", [1.0, 100.0])
def test_whatever_is_added_no_jump_is_too_far(loud):
    rng = np.random.default_rng(3)
    audio = rng.normal(scale=0.05, size=(3000, 2)).astype(np.float32)
    change = (loud * rng.normal(scale=0.1, size=(3000, 2))).astype(np.float32)
    change[:500] = change[1400:1500] = 0.0
    limits = np.array([largest_jump(channel) for channel in audio.T])
    kept = without_clicks(audio, change, limits, RATE)
    for channel, limit in zip((audio + kept).T, limits, strict=True):
        assert largest_jump(channel) <= limit + 1e-6
    assert kept.any() and not kept[:500].any() and not kept[1400:1500].any()


@pytest.mark.parametrize("place", [1, 20, 500, 985, 998])
def test_a_slope_ends_where_it_began(place):
    """Also beside the ends of the sound: nothing is left of it far from the jump."""
    audio = np.full((1000, 1), 0.1, np.float32)
    audio[0] = 0.0
    change = np.full((1000, 1), 0.01, np.float32)
    change[place:] += np.float32(0.12)
    kept = without_clicks(audio, change, np.array([0.1]), RATE)
    far = np.abs(np.arange(1000) - place) > 3 * round(REACH_S * RATE)
    np.testing.assert_allclose(kept[far], change[far], atol=1e-6)
