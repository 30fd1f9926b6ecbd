"""A channel in parts is the channel resampled whole."""

import numpy as np
import pytest

from edge_runtime.audio.audio_file import AudioFile
from edge_runtime.audio.resample import resample
from edge_runtime.edit.heard_channel import HeardChannel
from edge_runtime.edit.inaudible import audible
from edge_runtime.edit.seams import largest_jump


@pytest.mark.parametrize("rate", [8000, 22050, 44100, 4000, 7350])
def test_parts_equal_the_whole(rate):
    rng = np.random.default_rng(rate)
    samples = rng.integers(-9000, 9000, (rate * 2 + 17, 2), np.int16)
    sound = AudioFile(samples, rate, "PCM_16")
    whole = audible(resample(sound.to_float()[:, 1], rate, 8000), 8000)
    heard = HeardChannel(sound, 1, 8000)
    assert len(heard) == len(whole)
    padded = np.pad(whole, 300)
    for first, last in ((-200, 50), (0, 1), (700, 3100), (9001, 16300), (5, 5)):
        received = heard.samples(first, last)
        assert received.dtype == np.float32
        expected = padded[first + 300 : last + 300]
        np.testing.assert_allclose(received, expected, atol=1e-6)
    assert not heard.samples(17000, 17010).any()
    assert not heard.samples(-20, -10).any()


def test_same_rate_is_exact():
    samples = np.random.default_rng(1).integers(-99, 99, (5000, 1), np.int16)
    sound = AudioFile(samples, 8000, "PCM_16")
    received = HeardChannel(sound, 0, 8000, inaudible=True).samples(100, 4000)
    np.testing.assert_array_equal(received, sound.to_float()[100:4000, 0])


def test_extremes_of_a_sound_longer_than_a_block():
    samples = np.zeros(((1 << 18) + 50, 1), np.float32)
    samples[100] = 0.2
    samples[(1 << 18) - 1], samples[1 << 18] = -0.5, 0.4  # on both sides of the seam
    peak, jump = HeardChannel(AudioFile(samples, 8000, "FLOAT"), 0, 8000).largest()
    assert peak == 0.5
    assert jump == largest_jump(samples[:, 0]) == pytest.approx(0.9)


def test_whole_numbers_have_the_peak_and_jump_of_floats():
    samples = np.array([[0, 5], [-32768, 7], [32767, -3], [12, 9]], np.int16)
    sound = AudioFile(samples, 8000, "PCM_16")
    for channel, audio in enumerate(sound.to_float().T):
        expected = np.abs(audio).max(), largest_jump(audio)
        assert HeardChannel(sound, channel, 8000).largest() == expected
