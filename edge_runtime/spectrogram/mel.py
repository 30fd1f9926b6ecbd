"""The mel scale (Slaney's, as librosa's default) and its triangular filters."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

# Slaney, "Auditory Toolbox" (1998): linear to 1 kHz, 15 mel there, then logarithmic,
# 27 mel for a factor of 6.4.
_LINEAR_HZ = 200.0 / 3.0
_BREAK_HZ = 1000.0
_LOG_STEP = np.log(6.4) / 27.0


def mel_from_hz(frequency: NDArray[np.floating] | float) -> NDArray[np.float64]:
    """Mel of a frequency in Hz.

    Example:

    >>> mel_from_hz(np.array([200.0, 1000.0, 6400.0])).round(6).tolist()
    [3.0, 15.0, 42.0]
    """
    hz = np.asarray(frequency, np.float64)
    above = np.log(np.maximum(hz, _BREAK_HZ) / _BREAK_HZ) / _LOG_STEP
    mel: NDArray[np.float64] = np.minimum(hz, _BREAK_HZ) / _LINEAR_HZ + above
    return mel


def hz_from_mel(mel: NDArray[np.floating] | float) -> NDArray[np.float64]:
    """Frequency in Hz of a mel; the inverse of `mel_from_hz`."""
    values = np.asarray(mel, np.float64)
    knee = _BREAK_HZ / _LINEAR_HZ
    above = np.exp(_LOG_STEP * np.maximum(values - knee, 0.0))
    hz: NDArray[np.float64] = np.minimum(values, knee) * _LINEAR_HZ * above
    return hz


def mel_corners(sample_rate: int, n_mels: int) -> NDArray[np.float64]:
    """Where the triangles begin, peak and end: `n_mels + 2` frequencies, in Hz.

    Filter `m` rises from corner `m` to corner `m + 1` and falls to corner `m + 2`.

    Args:
        sample_rate: In Hz; the last corner is half of it, the first 0.
        n_mels: Number of filters.

    Returns:
        Increasing array of shape `(n_mels + 2,)`, equally spaced in mel.
    """
    top = float(mel_from_hz(sample_rate / 2.0))
    return hz_from_mel(np.linspace(0.0, top, n_mels + 2))


@lru_cache(maxsize=8)
def mel_filterbank(sample_rate: int, n_fft: int, n_mels: int) -> NDArray[np.float32]:
    """Triangular filters of height 1, from 0 Hz to the Nyquist frequency.

    Equals `librosa.filters.mel(sr=sample_rate, n_fft=n_fft, n_mels=n_mels, norm=None)`.

    Args:
        sample_rate: In Hz.
        n_fft: Length of the transform, in samples.
        n_mels: Number of filters. With many of them and a short transform, a low one
            may be narrower than a bin and see nothing.

    Returns:
        Read-only float32 array of shape `(n_mels, n_fft // 2 + 1)`.

    Example:

    >>> mel_filterbank(16000, 1024, 64).shape
    (64, 513)
    """
    corners = mel_corners(sample_rate, n_mels)[:, np.newaxis]
    bins = np.arange(n_fft // 2 + 1) * (sample_rate / n_fft)
    rising = (bins - corners[:-2]) / (corners[1:-1] - corners[:-2])
    falling = (corners[2:] - bins) / (corners[2:] - corners[1:-1])
    filters = np.maximum(0.0, np.minimum(rising, falling)).astype(np.float32)
    filters.setflags(write=False)
    return filters
