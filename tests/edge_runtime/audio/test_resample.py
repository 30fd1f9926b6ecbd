"""The resampler equals SciPy's with the same filter, and is band-limited."""

from math import gcd

import numpy as np
import pytest
from scipy.signal import resample_poly

from edge_runtime.audio import resample as module
from edge_runtime.audio.resample import CUTOFF, ZEROS, kernel, resample

RATES = [
    (44100, 16000),
    (16000, 44100),
    (48000, 16000),
    (16000, 48000),
    (22050, 16000),
    (44100, 48000),
    (96000, 44100),
    (192000, 8000),
    (8000, 7999),
    (3, 2),
    (1, 5),
]


def noise(samples, seed=0):
    rng = np.random.default_rng(seed)
    return rng.uniform(-1, 1, samples).astype(np.float32)


def prototype(up, down):
    """The same filter in SciPy's form: at the common multiple of both rates."""
    finest = max(up, down)
    return kernel(np.arange(-ZEROS * finest, ZEROS * finest + 1) / finest) / finest


@pytest.mark.parametrize(("from_rate", "to_rate"), RATES)
@pytest.mark.parametrize("samples", [1, 17, 9001])
def test_equals_scipy(from_rate, to_rate, samples):
    audio = noise(samples)
    divisor = gcd(from_rate, to_rate)
    up, down = to_rate // divisor, from_rate // divisor
    expected = resample_poly(
        audio.astype(np.float64), up, down, window=prototype(up, down)
    )
    resampled = resample(audio, from_rate, to_rate)
    assert resampled.dtype == np.float32
    assert len(resampled) == -(-samples * to_rate // from_rate)
    # All digits of a float32: in which order a processor adds cannot matter then.
    np.testing.assert_allclose(resampled, expected, rtol=0, atol=1.3e-7)
    assert np.mean(resampled == expected.astype(np.float32)) > 0.99


@pytest.mark.parametrize(("from_rate", "to_rate"), RATES[:8])
@pytest.mark.parametrize("share", [0.02, 0.5, 0.9])
def test_sine_in_the_pass_band_keeps_time_and_level(from_rate, to_rate, share):
    frequency = share * min(from_rate, to_rate) / 2
    times = np.arange(from_rate // 5) / from_rate
    resampled = resample(np.sin(2 * np.pi * frequency * times), from_rate, to_rate)
    later = np.arange(len(resampled)) / to_rate
    expected = np.sin(2 * np.pi * frequency * later)
    edge = 2 * ZEROS * max(1, to_rate // from_rate)  # Zeros beyond the ends reach in.
    np.testing.assert_allclose(resampled[edge:-edge], expected[edge:-edge], atol=1e-4)


@pytest.mark.parametrize("frequency", [8001, 8100, 9000, 12000, 15999, 20000, 22049])
def test_what_cannot_be_held_is_80_db_down(frequency):
    times = np.arange(22050) / 44100
    resampled = resample(np.sin(2 * np.pi * frequency * times), 44100, 16000)
    assert np.abs(resampled[200:-200]).max() < 1e-4


@pytest.mark.parametrize("frequency", [300, 4000, 7000])
def test_upsampling_makes_no_images(frequency):
    times = np.arange(8000) / 16000
    resampled = resample(np.sin(2 * np.pi * frequency * times), 16000, 48000)
    inner = resampled[1000:-1000] * np.kaiser(len(resampled) - 2000, 20)
    spectrum = np.abs(np.fft.rfft(inner))
    above = np.fft.rfftfreq(len(inner), 1 / 48000) > 8000
    assert spectrum[above].max() < 1e-4 * spectrum.max()


def test_frequency_response_of_the_filter():
    # 32 points per sample of the lower rate; its Nyquist frequency is 0.5.
    response = kernel(np.arange(-ZEROS * 32, ZEROS * 32 + 1) / 32) / 32
    level = np.abs(np.fft.rfft(response, 1 << 18))
    frequency = np.fft.rfftfreq(1 << 18, 1 / 32)
    assert level[frequency >= 0.5].max() < 10 ** (-80 / 20)
    assert np.abs(level[frequency <= 0.91 * 0.5] - 1).max() < 1e-4
    assert level[np.argmin(abs(frequency - CUTOFF / 2))] == pytest.approx(0.5, abs=0.01)


def test_impulse_stays_where_it_is():
    audio = np.zeros(2001, np.float32)
    audio[1000] = 1.0
    resampled = resample(audio, 1000, 3000)
    assert resampled.argmax() == 3000
    np.testing.assert_allclose(resampled[2700:3000], resampled[3300:3000:-1], atol=1e-7)


def test_channels_do_not_mix():
    stereo = np.stack([noise(500, 1), noise(500, 2)], axis=1)
    resampled = resample(stereo, 44100, 16000)
    assert resampled.shape == (182, 2)
    for channel in range(2):
        alone = resample(stereo[:, channel], 44100, 16000)
        np.testing.assert_array_equal(resampled[:, channel], alone)


def test_long_sounds_are_gathered_in_parts(monkeypatch):
    audio = noise(30000)
    whole = resample(audio, 44100, 16000)
    monkeypatch.setattr(module, "_GATHERED", 5000)
    np.testing.assert_allclose(resample(audio, 44100, 16000), whole, atol=3e-6)


def test_equal_rates_copy():
    audio = noise(100)
    same = resample(audio, 16000, 16000)
    np.testing.assert_array_equal(same, audio)
    assert not np.shares_memory(same, audio)


def test_no_samples_stay_no_samples():
    assert resample(np.zeros(0, np.float32), 44100, 16000).shape == (0,)
    assert resample(np.zeros((0, 2), np.float32), 16000, 44100).shape == (0, 2)


@pytest.mark.parametrize("rates", [(0, 16000), (16000, 0), (-1, 16000)])
def test_rates_must_be_positive(rates):
    with pytest.raises(ValueError, match="must be positive. Received: "):
        resample(np.zeros(10), *rates)


def test_three_axes_are_refused():
    with pytest.raises(ValueError, match=r"Received: \(2, 10, 1\)"):
        resample(np.zeros((2, 10, 1)), 16000, 8000)
