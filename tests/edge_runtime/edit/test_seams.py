"""Fades and limits at the edge of an edit, against loops written out."""

import numpy as np
import pytest

from edge_runtime.edit.seams import (
    at_other_rate,
    fade_to_zero,
    fade_weights,
    largest_jump,
    touched_samples,
)


def brute_force_weights(mask, ramp_frames, ramp_bins):
    weights = np.zeros(mask.shape)
    for t, k in np.argwhere(mask):
        weight = 1.0
        for line, at, ramp in ((mask[:, k], t, ramp_frames), (mask[t], k, ramp_bins)):
            outside = np.flatnonzero(~line)
            distance = np.abs(outside - at).min() if len(outside) else ramp + 1
            steps = min(distance, ramp + 1)
            weight *= np.sin(np.pi / 2 * steps / (ramp + 1)) ** 2
        weights[t, k] = weight
    return weights


@pytest.mark.parametrize("ramps", [(0, 0), (2, 1), (3, 2)])
def test_weights_equal_the_definition(ramps):
    rng = np.random.default_rng(1)
    for share in (0.02, 0.3, 1.0):
        mask = rng.random((17, 13)) >= share
        np.testing.assert_allclose(
            fade_weights(mask, *ramps), brute_force_weights(mask, *ramps), atol=1e-6
        )


def test_weights_are_zero_outside_and_never_inside():
    mask = np.random.default_rng(2).random((40, 30)) > 0.5
    weights = fade_weights(mask, 2, 2)
    assert weights.dtype == np.float32
    np.testing.assert_array_equal(weights > 0, mask)
    assert weights.max() <= 1.0


def test_touched_samples_are_the_union_of_windows():
    rng = np.random.default_rng(3)
    n_fft, hop_length, samples = 64, 16, 1000
    for share in (0.05, 0.4):
        frames = rng.random(samples // hop_length + 1) < share
        expected = np.zeros(samples, bool)
        for frame in np.flatnonzero(frames):
            start = frame * hop_length - n_fft // 2
            expected[max(0, start) : max(0, start + n_fft)] = True
        touched = touched_samples(
            frames, n_fft=n_fft, hop_length=hop_length, samples=samples
        )
        np.testing.assert_array_equal(touched, expected)


@pytest.mark.parametrize("rates", [(16000, 44100), (16000, 8000), (8000, 8000)])
def test_other_rate_rounds_outwards(rates):
    from_rate, to_rate = rates
    touched = np.zeros(1600, bool)
    touched[101:333] = touched[1500:] = True
    moved = at_other_rate(touched, from_rate, to_rate, 1600 * to_rate // from_rate)
    time = np.arange(len(moved)) / to_rate
    inside = (time >= 101 / from_rate) & (time <= 332 / from_rate)
    assert moved[inside].all() and moved[-1]
    step = 1 / from_rate + 1 / to_rate
    far = (time < 101 / from_rate - step) | (time > 333 / from_rate + step)
    assert not moved[far & (time < 1500 / from_rate - step)].any()


def test_fade_to_zero():
    touched = np.zeros(100, bool)
    touched[20:60] = touched[90:] = True
    weights = fade_to_zero(touched, 4)
    np.testing.assert_array_equal(weights > 0, touched)
    assert weights[24:56].tolist() == [1.0] * 32
    np.testing.assert_allclose(weights[20:24], weights[56:60][::-1])
    assert (np.diff(weights[19:25]) > 0).all()
    assert weights[99] == 1.0  # the end of the sound is no seam
    np.testing.assert_array_equal(fade_to_zero(touched, 0), touched)


def test_largest_jump():
    assert largest_jump(np.array([0.1, -0.2, 0.7], np.float32)) == np.float32(0.9)
    assert largest_jump(np.zeros(1, np.float32)) == 0.0
