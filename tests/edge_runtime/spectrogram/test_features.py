"""Spectrograms: decibels re full scale, scaled to [0, 1], and back."""

import librosa
import numpy as np
import pytest

from edge_runtime.spectrogram.decibels import SILENT_DB, full_scale
from edge_runtime.spectrogram.features import (
    magnitude_db_of,
    magnitude_of,
    silence,
    spectrogram_from,
    spectrogram_of,
)
from edge_runtime.spectrogram.representation_table import REPRESENTATIONS
from edge_runtime.spectrogram.settings import SpectrogramSettings
from edge_runtime.spectrogram.stft import stft

SETTINGS = SpectrogramSettings(sample_rate=8000, n_fft=256, hop_length=64)


def spectrum_of(audio):
    return stft(audio, n_fft=SETTINGS.n_fft, hop_length=SETTINGS.hop_length)


def noise(samples=4000, level=0.1):
    rng = np.random.default_rng(0)
    # A slope over the bins and a decay over time cover the range around the floor.
    decay = np.logspace(0, -6, samples)
    return (rng.normal(0, level, samples) * decay).astype(np.float32)


@pytest.mark.parametrize(
    ("amplitude", "scaled"), [(1.0, 1.0), (0.1, 0.75), (0.01, 0.5)]
)
def test_sine_peaks_at_its_amplitude_in_decibels(amplitude, scaled):
    n = np.arange(4096)
    audio = amplitude * np.sin(2 * np.pi * 20 * n / SETTINGS.n_fft)
    spectrogram = spectrogram_of(audio, SETTINGS)
    np.testing.assert_allclose(spectrogram[8:-8].max(axis=1), scaled, atol=1e-4)
    assert (spectrogram[8:-8, :, 0].argmax(axis=1) == 20).all()


def test_shape_type_and_range():
    spectrogram = spectrogram_of(noise(), SETTINGS)
    assert spectrogram.shape == (4000 // 64 + 1, 128, 1)
    assert spectrogram.dtype == np.float32
    assert spectrogram.min() == 0.0
    assert 0.5 < spectrogram.max() <= 1.0


@pytest.mark.parametrize("floor_db", [-80.0, -60.0, -120.0])
def test_equals_librosa_decibels(floor_db):
    settings = SpectrogramSettings(n_fft=256, hop_length=64, floor_db=floor_db)
    spectrum = spectrum_of(noise())
    expected = librosa.amplitude_to_db(
        np.abs(spectrum[:, :-1]), ref=full_scale(256), amin=1e-9, top_db=None
    )
    db = magnitude_db_of(spectrogram_from(spectrum, settings), settings)
    np.testing.assert_allclose(db, np.clip(expected, floor_db, 0), atol=1e-3)


def test_magnitude_comes_back_above_silence_and_only_there():
    spectrum = spectrum_of(noise())
    magnitude = magnitude_of(spectrogram_from(spectrum, SETTINGS), SETTINGS)
    assert magnitude.shape == spectrum.shape
    assert magnitude.dtype == np.float32
    assert not magnitude[:, -1].any()  # Nyquist
    original = np.abs(spectrum)
    silence = full_scale(256) * 10 ** (-(80 - SILENT_DB) / 20)
    heard = original > 1.001 * silence
    heard[:, -1] = False
    assert heard.any() and (~heard).any()
    np.testing.assert_allclose(magnitude[heard], original[heard], rtol=1e-4)
    assert not magnitude[original < 0.999 * silence].any()


def test_silence_is_zero_everywhere_without_warnings():
    spectrogram = spectrogram_of(np.zeros(1000), SETTINGS)
    assert not spectrogram.any()
    assert not magnitude_of(spectrogram, SETTINGS).any()
    assert (magnitude_db_of(spectrogram, SETTINGS) == -80.0).all()


def test_what_a_decoder_overshoots_is_clipped():
    spectrogram = np.array([-0.5, 0.0, 0.5, 1.0, 1.5], np.float32)
    spectrogram = np.tile(spectrogram[:, None, None], (1, 128, 1))
    db = magnitude_db_of(spectrogram, SETTINGS)
    np.testing.assert_allclose(db[:, 0], [-80, -80, -40, 0, 0])
    magnitude = magnitude_of(spectrogram, SETTINGS)
    np.testing.assert_allclose(magnitude[:, 0], [0, 0, 0.64, 64, 64], rtol=1e-5)


def test_louder_than_full_scale_is_full_scale():
    spectrogram = spectrogram_of(np.full(2000, 3.0), SETTINGS)
    assert spectrogram.max() == 1.0


def test_full_scale_is_half_the_sum_of_the_window():
    assert full_scale(1024) == pytest.approx(256.0)


def test_every_representation_of_the_settings_has_its_functions():
    for representation in REPRESENTATIONS:
        n_mels = 40 if representation == "log_mel" else None
        settings = SpectrogramSettings(
            representation, n_fft=256, hop_length=64, n_mels=n_mels
        )
        spectrogram = spectrogram_of(noise(), settings)
        assert spectrogram.shape[1:] == (settings.num_bins, settings.num_channels)
        assert magnitude_db_of(spectrogram, settings).min() >= settings.floor_db
        assert magnitude_of(spectrogram, settings).shape[1] == 129
        silent = spectrogram_of(np.zeros(640), settings)
        np.testing.assert_array_equal(silent, silence(silent.shape))


def test_wrong_shapes_are_refused():
    with pytest.raises(ValueError, match=r"\(frames, 129\). Received: \(5, 128\)"):
        spectrogram_from(np.zeros((5, 128), complex), SETTINGS)
    for function in (magnitude_db_of, magnitude_of):
        with pytest.raises(ValueError, match=r"\(frames, 128, 1\). Received: \(5, 128"):
            function(np.zeros((5, 128)), SETTINGS)
    with pytest.raises(ValueError, match=r"shape \(samples,\)"):
        spectrogram_of(np.zeros((100, 2)), SETTINGS)
