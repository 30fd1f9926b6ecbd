"""Measures of sounds against librosa, SciPy and sounds whose answer is known."""

import math

import librosa
import numpy as np
import pytest
from scipy.signal import ShortTimeFFT, get_window

from edge_runtime.spectrogram.decibels import full_scale
from vqkeras.evaluation.sound_measures import (
    envelope_correlation,
    level_error_db,
    log_mel_distance_db,
    spectral_convergence,
)

RATE = 16000


@pytest.fixture
def pair():
    rng = np.random.default_rng(0)
    decay = np.logspace(0, -3, 9000)
    tone = np.sin(2 * np.pi * 330 * np.arange(9000) / RATE)
    target = (0.3 * decay * tone).astype(np.float32)
    return target, (target + 0.01 * rng.normal(size=9000)).astype(np.float32)


def test_log_mel_distance_equals_librosa(pair):
    distances = []
    for n_fft in (512, 1024, 2048):
        levels = []
        for audio in pair:
            bands = librosa.feature.melspectrogram(
                y=audio,
                sr=RATE,
                n_fft=n_fft,
                hop_length=n_fft // 4,
                n_mels=64,
                norm=None,
                pad_mode="constant",
            )
            power = bands / full_scale(n_fft) ** 2
            levels.append(librosa.power_to_db(power, amin=1e-8, top_db=None))
        distances.append(np.abs(levels[0] - levels[1]).mean())
    received = log_mel_distance_db(*pair, RATE)
    assert received == pytest.approx(np.mean(distances), rel=1e-4)
    assert 1.0 < received < 40.0


def test_log_mel_distance_of_half_the_amplitude_is_six_decibels():
    noise = np.random.default_rng(1).normal(0, 0.1, 20000).astype(np.float32)
    assert log_mel_distance_db(noise, noise / 2, RATE) == pytest.approx(6.02, abs=0.01)
    assert log_mel_distance_db(noise, noise, RATE) == 0.0


def test_spectral_convergence_equals_scipy(pair):
    transform = ShortTimeFFT(get_window("hann", 1024), 256, RATE, fft_mode="onesided")
    before, after = (
        np.abs(transform.stft(audio.astype(float), p0=0, p1=9000 // 256 + 1))
        for audio in pair
    )
    expected = np.linalg.norm(before - after) / np.linalg.norm(before)
    assert spectral_convergence(*pair) == pytest.approx(expected, rel=1e-4)


def test_spectral_convergence_of_known_sounds(pair):
    target, _ = pair
    assert spectral_convergence(target, np.zeros_like(target)) == 1.0
    assert spectral_convergence(target, 1.1 * target) == pytest.approx(0.1, rel=1e-4)
    # It hears no phase that is the same everywhere.
    assert spectral_convergence(target, -target) == 0.0
    assert math.isnan(spectral_convergence(np.zeros(2000), np.ones(2000)))


def test_level_error_of_known_sounds(pair):
    target, _ = pair
    assert level_error_db(target, 2 * target) == pytest.approx(6.0206, abs=1e-4)
    assert level_error_db(target, target / 2) == pytest.approx(6.0206, abs=1e-4)
    sine = np.sin(2 * np.pi * np.arange(16000) / 100)
    assert level_error_db(sine, np.zeros(16000)) == pytest.approx(80.0, abs=1e-4)
    assert level_error_db(np.zeros(10), np.zeros(10)) == 0.0


@pytest.mark.parametrize(
    "measure",
    [spectral_convergence, level_error_db, lambda a, b: log_mel_distance_db(a, b, 1)],
    ids=["convergence", "level", "log_mel"],
)
def test_other_or_empty_shapes_are_refused(measure):
    for first, second in ((4, 5), (0, 0)):
        with pytest.raises(ValueError, match="must have one shape"):
            measure(np.zeros(first), np.zeros(second))


def test_envelope_correlation_equals_numpys():
    rng = np.random.default_rng(3)
    level = np.repeat(rng.random(50), RATE // 100)
    target = level * rng.normal(size=len(level))
    output = 0.3 * target + 0.1 * rng.normal(size=len(level))
    envelopes = [
        np.sqrt(np.mean(np.square(audio.reshape(50, -1)), axis=1))
        for audio in (target, output)
    ]
    expected = np.corrcoef(envelopes)[0, 1]
    assert envelope_correlation(target, output, RATE) == pytest.approx(expected)
    # Pieces that are not whole are left out.
    longer = np.append(target, 5.0), np.append(output, 5.0)
    assert envelope_correlation(*longer, RATE) == pytest.approx(expected)


def test_a_smeared_onset_has_another_envelope_and_a_softer_one_the_same():
    click = np.zeros(RATE)
    click[8000:8040] = 1.0
    smeared = np.convolve(click, np.hanning(1600), mode="same")
    assert envelope_correlation(click, 0.01 * click, RATE) == pytest.approx(1.0)
    assert envelope_correlation(click, smeared, RATE) < 0.6
    assert math.isnan(envelope_correlation(np.zeros(RATE), click, RATE))
