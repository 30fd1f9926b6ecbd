"""The mel scale and its filters against librosa."""

import librosa
import numpy as np
import pytest

from edge_runtime.spectrogram.mel import (
    hz_from_mel,
    mel_corners,
    mel_filterbank,
    mel_from_hz,
)


def test_the_scale_equals_librosa_and_comes_back():
    hz = np.concatenate([[0.0, 999.9, 1000.0, 1000.1], np.linspace(0, 24000, 500)])
    mel = mel_from_hz(hz)
    np.testing.assert_allclose(mel, librosa.hz_to_mel(hz), rtol=1e-12)
    np.testing.assert_allclose(hz_from_mel(mel), hz, rtol=1e-12)
    assert float(mel_from_hz(200.0)) == pytest.approx(3.0)


@pytest.mark.parametrize(
    ("sample_rate", "n_fft", "n_mels"),
    [(16000, 512, 40), (16000, 1024, 64), (16000, 2048, 256), (44100, 2048, 128)],
)
def test_filters_equal_librosa(sample_rate, n_fft, n_mels):
    received = mel_filterbank(sample_rate, n_fft, n_mels)
    expected = librosa.filters.mel(
        sr=sample_rate, n_fft=n_fft, n_mels=n_mels, norm=None
    )
    np.testing.assert_allclose(received, expected, atol=1e-5)
    # Slaney's own normalisation is a factor for each filter.
    corners = mel_corners(sample_rate, n_mels)
    areas = 2.0 / (corners[2:] - corners[:-2])
    slaney = librosa.filters.mel(sr=sample_rate, n_fft=n_fft, n_mels=n_mels)
    np.testing.assert_allclose(received * areas[:, None], slaney, atol=1e-5)


def test_filters_are_shared_and_cannot_be_changed():
    filters = mel_filterbank(16000, 512, 40)
    assert filters is mel_filterbank(16000, 512, 40)
    with pytest.raises(ValueError, match="read-only"):
        filters[0, 0] = 1.0
