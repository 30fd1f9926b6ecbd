"""What lies below 20 Hz is not heard, and all from 30 Hz on is."""

import numpy as np
import pytest
from scipy.signal import firwin, kaiserord

from edge_runtime.edit import inaudible
from edge_runtime.edit.inaudible import audible, reach_of


def left_of(hertz, rate):
    """Share of a tone that is heard, far from its ends."""
    time = np.arange(3 * rate) / rate
    tone = np.cos(2 * np.pi * hertz * time).astype(np.float32)
    heard = audible(tone, rate)[rate : 2 * rate]
    if hertz >= 30.0:  # not shifted either
        np.testing.assert_allclose(heard, tone[rate : 2 * rate], atol=0.02)
    return np.sqrt(np.mean(np.square(heard)) / np.mean(np.square(tone)))


@pytest.mark.parametrize("rate", [8000, 22050, 44100])
def test_tones_are_heard_or_are_not(rate):
    for hertz in (0.0, 3.0, 5.0, 10.0, 15.0, 19.0):
        assert left_of(hertz, rate) < 0.01, hertz
    for hertz in (30.0, 35.0, 41.0, 100.0, 1000.0):
        assert left_of(hertz, rate) == pytest.approx(1.0, abs=0.01), hertz


@pytest.mark.parametrize("rate", [16000, 44100])
@pytest.mark.parametrize("hertz", [985.0, 1020.0, 2020.0])
def test_a_tone_near_the_rate_of_the_means_brings_no_low_one(rate, hertz):
    time = np.arange(4 * rate) / rate
    tone = np.cos(2 * np.pi * hertz * time).astype(np.float32)
    added = (audible(tone, rate) - tone)[rate : 3 * rate]
    assert np.abs(added).max() < 10 ** (-55 / 20)


def test_the_filter_is_scipys():
    width, low, high = inaudible._RIPPLE_DB, inaudible._PASSES_HZ, inaudible._HEARD_HZ
    taps, beta = kaiserord(width, 2 * (high - low) / 1000)
    kernel = inaudible._kernel(1000)
    assert abs(len(kernel) - taps) <= 2
    expected = firwin(len(kernel), (low + high) / 2, window=("kaiser", beta), fs=1000)
    np.testing.assert_allclose(kernel, expected, atol=1e-6)


@pytest.mark.parametrize("rate", [8000, 44100])
@pytest.mark.parametrize("first", [1, 43, 5000])
def test_a_part_is_that_of_the_whole(rate, first):
    sound = np.random.default_rng(first).normal(size=2 * rate).astype(np.float32)
    reach = reach_of(rate)
    part = audible(sound[first:], rate, first=first)
    whole = audible(sound, rate)[first:]
    np.testing.assert_allclose(part[reach:], whole[reach:], atol=1e-6)
    assert np.abs(part[:reach] - whole[:reach]).max() > 1e-4  # so far it must look


@pytest.mark.parametrize("count", [0, 1, 7, 300, 4000])
def test_an_offset_goes_from_sounds_of_any_length(count):
    heard = audible(np.full(count, 0.25, np.float32), 8000)
    np.testing.assert_allclose(heard, np.zeros(count), atol=1e-6)
