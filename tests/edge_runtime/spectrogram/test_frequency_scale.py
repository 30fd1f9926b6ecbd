"""Bins in Hz, on both scales."""

import librosa
import numpy as np
import pytest

from edge_runtime.spectrogram.frequency_scale import (
    hz_from_place,
    over_linear_frequency,
    owners,
    place_from_hz,
)
from edge_runtime.spectrogram.mel import mel_filterbank
from edge_runtime.spectrogram.settings import SpectrogramSettings

LINEAR = SpectrogramSettings(n_fft=512, hop_length=128)
MEL = SpectrogramSettings("log_mel", n_fft=1024, hop_length=256, n_mels=64)


@pytest.mark.parametrize("settings", [LINEAR, MEL], ids=["linear", "mel"])
def test_places_and_frequencies_are_inverse(settings):
    for hz in (0.0, 30.0, 440.0, 1000.0, 5000.0, 8000.0):
        place = place_from_hz(hz, settings)
        assert hz_from_place(place, settings) == pytest.approx(hz, abs=1e-9)


def test_bands_are_centred_where_librosas_are():
    centres = librosa.mel_frequencies(66, fmin=0.0, fmax=8000.0)[1:-1]
    received = [hz_from_place(band, MEL) for band in range(64)]
    np.testing.assert_allclose(received, centres, rtol=1e-9)


def test_linear_bins_own_themselves():
    np.testing.assert_array_equal(owners(LINEAR), [*range(256), 255])


def test_a_band_owns_the_bins_it_hears_best():
    filters = mel_filterbank(16000, 1024, 64)
    best = filters.argmax(axis=0)
    received = owners(MEL)
    assert (np.diff(received) >= 0).all()
    assert set(received) == set(range(64))
    # Half way in Hz and half way in mel differ where the scale bends.
    assert np.abs(received - best)[1:-1].max() <= 1
    assert (received == best)[1:-1].mean() > 0.9
    assert (received[0], received[-1]) == (0, 63)


def test_levels_over_linear_frequency_repeat_bands():
    levels = np.arange(128, dtype=np.float32).reshape(2, 64)
    spread = over_linear_frequency(levels, MEL)
    assert spread.shape == (2, 512)
    np.testing.assert_array_equal(spread[1], levels[1][owners(MEL)[:-1]])
    same = np.zeros((2, 256), np.float32)
    assert over_linear_frequency(same, LINEAR) is same
