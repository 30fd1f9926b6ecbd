"""Mel bands against librosa, and the way back to sound, measured."""

import librosa
import numpy as np
import pytest

from edge_runtime.phase.choice import with_phase
from edge_runtime.phase.griffin_lim import griffin_lim
from edge_runtime.spectrogram.decibels import full_scale
from edge_runtime.spectrogram.features import (
    magnitude_db_of,
    magnitude_of,
    spectrogram_from,
    spectrogram_of,
)
from edge_runtime.spectrogram.log_mel import bands_from_power, power_from_bands
from edge_runtime.spectrogram.settings import SpectrogramSettings
from edge_runtime.spectrogram.stft import istft, stft
from vqkeras.evaluation.sound_measures import log_mel_distance_db

SETTINGS = SpectrogramSettings("log_mel", n_fft=2048, hop_length=256, n_mels=256)
RATE = SETTINGS.sample_rate


def note(frequency=220.0):
    """Seven partials that fade."""
    seconds = np.arange(2 * RATE) / RATE
    partials = [
        np.sin(2 * np.pi * frequency * k * seconds) * np.exp(-k * seconds) / k
        for k in range(1, 8)
    ]
    return (0.3 * np.sum(partials, axis=0)).astype(np.float32)


def spectrum_of(audio):
    return stft(audio, n_fft=SETTINGS.n_fft, hop_length=SETTINGS.hop_length)


def snr_db(target, output):
    error = target.astype(np.float64) - output
    return 10.0 * np.log10(np.sum(target.astype(np.float64) ** 2) / np.sum(error**2))


def test_levels_equal_librosa():
    audio = note() + 1e-3 * np.random.default_rng(0).normal(size=2 * RATE)
    bands = librosa.feature.melspectrogram(
        y=audio.astype(np.float32),
        sr=RATE,
        n_fft=2048,
        hop_length=256,
        n_mels=256,
        norm=None,
        pad_mode="constant",
    )
    power = bands.T / full_scale(2048) ** 2 / 1.5
    expected = np.clip(librosa.power_to_db(power, amin=1e-10, top_db=None), -80, 0)
    spectrogram = spectrogram_of(audio, SETTINGS)
    assert spectrogram.shape == (126, 256, 1)
    np.testing.assert_allclose(
        magnitude_db_of(spectrogram, SETTINGS), expected, atol=1e-3
    )


@pytest.mark.parametrize("amplitude", [1.0, 0.1])
def test_a_sine_on_a_band_keeps_its_level(amplitude):
    # Bands above 2 kHz are wide enough to hold the whole partial near their top.
    seconds = np.arange(RATE) / RATE
    level = 20 * np.log10(amplitude)
    for hz in (3000.0, 5000.0):
        sine = amplitude * np.sin(2 * np.pi * hz * seconds)
        peak = magnitude_db_of(spectrogram_of(sine, SETTINGS), SETTINGS)[20:-20].max()
        assert level - 3.5 < peak <= level


def test_the_inversion_has_the_bands_it_was_given():
    rng = np.random.default_rng(1)
    power = rng.gamma(0.3, size=(20, 1025)).astype(np.float32)
    bands = bands_from_power(power, SETTINGS)
    found = power_from_bands(bands, SETTINGS)
    assert found.shape == power.shape
    assert found.min() >= 0.0
    again = bands_from_power(found, SETTINGS)
    difference = 10 * np.log10(again / bands)
    assert np.abs(difference).mean() < 0.5


def test_silence_comes_back_as_silence():
    silence = np.zeros((5, 256, 1), np.float32)
    assert not magnitude_of(silence, SETTINGS).any()
    partly = silence.copy()
    partly[:, 100] = 0.5
    magnitude = magnitude_of(partly, SETTINGS)
    assert np.isfinite(magnitude).all()
    sounding = np.flatnonzero(magnitude[0] > 1e-3 * magnitude.max())
    assert 0 < sounding.size < 12


def test_a_note_with_its_phase_comes_back():
    audio = note()
    spectrum = spectrum_of(audio)
    magnitude = magnitude_of(spectrogram_from(spectrum, SETTINGS), SETTINGS)
    rebuilt = with_phase(
        magnitude,
        spectrum,
        np.ones(spectrum.shape, bool),
        phase="original",
        hop_length=256,
        seed=0,
    )
    output = istft(rebuilt, hop_length=256, length=len(audio))
    assert snr_db(audio, output) > 20.0
    assert log_mel_distance_db(audio, output, RATE) < 1.0


def test_a_note_without_its_phase_has_its_spectrogram():
    audio = note(440.0)
    spectrum = spectrum_of(audio)
    spectrogram = spectrogram_from(spectrum, SETTINGS)
    rebuilt = griffin_lim(
        magnitude_of(spectrogram, SETTINGS),
        np.zeros_like(spectrum),
        np.ones(spectrum.shape, bool),
        hop_length=256,
        seed=0,
    )
    output = istft(rebuilt, hop_length=256, length=len(audio))
    again = spectrogram_of(output, SETTINGS)
    error_db = 80.0 * np.abs(again - spectrogram)[spectrogram > 0.25]
    assert np.median(error_db) < 1.5


def test_more_bands_than_bins_are_refused():
    with pytest.raises(ValueError, match=r"n_mels=256 puts bands 11\.7 Hz apart"):
        SpectrogramSettings("log_mel", n_fft=1024, hop_length=256, n_mels=256)
    with pytest.raises(ValueError, match="n_mels must be 8 or more"):
        SpectrogramSettings("log_mel", n_mels=4)
    for settings in ({"representation": "log_mel"}, {"n_mels": 64}):
        with pytest.raises(ValueError, match="goes with representation='log_mel'"):
            SpectrogramSettings(**settings)
    with pytest.raises(ValueError, match="Received: 'log_magnitude', n_mels=None"):
        bands_from_power(np.zeros((1, 513), np.float32), SpectrogramSettings())
