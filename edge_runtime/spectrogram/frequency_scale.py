"""Where the bins of a representation lie: a bin's place is its number, as a fraction.

Bin `i` is centred on place `i` and owns half a step on both sides, on the scale of the
representation.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from edge_runtime.spectrogram.settings import SpectrogramSettings


def place_from_hz(frequency: float, settings: SpectrogramSettings) -> float:
    """Place of a frequency among the bins.

    Args:
        frequency: In Hz.
        settings: How sound becomes a spectrogram.

    Returns:
        Number of bins above the first one's centre; below it, negative.

    Example:

    >>> place_from_hz(1000.0, SpectrogramSettings(sample_rate=16000, n_fft=1024))
    64.0
    """
    return settings.shown_as.place_from_hz(frequency, settings)


def hz_from_place(place: float, settings: SpectrogramSettings) -> float:
    """Frequency of a place, in Hz; the inverse of `place_from_hz`."""
    return settings.shown_as.hz_from_place(place, settings)


@lru_cache(maxsize=8)
def owners(settings: SpectrogramSettings) -> NDArray[np.intp]:
    """The bin that owns each bin of the transform.

    Args:
        settings: How sound becomes a spectrogram.

    Returns:
        Read-only integer array of shape `(n_fft // 2 + 1,)`. The Nyquist bin belongs
        to the last.

    Example:

    >>> owners(SpectrogramSettings(n_fft=16, hop_length=4)).tolist()
    [0, 1, 2, 3, 4, 5, 6, 7, 7]
    """
    frequencies = np.arange(settings.n_fft // 2 + 1) * settings.sample_rate
    places = [place_from_hz(hz / settings.n_fft, settings) for hz in frequencies]
    nearest = np.floor(np.array(places) + 0.5).astype(np.intp)
    numbers = np.clip(nearest, 0, settings.num_bins - 1)
    numbers.setflags(write=False)
    return numbers


def over_linear_frequency(
    levels: NDArray[np.float32], settings: SpectrogramSettings
) -> NDArray[np.float32]:
    """Levels for a picture whose frequency axis is linear.

    Args:
        levels: Array of shape `(frames, num_bins)`.
        settings: How it was computed.

    Returns:
        Array of shape `(frames, n_fft // 2)`: `levels` itself where bins are linear,
        else each row repeated over the bins it owns.
    """
    if settings.shown_as.has_equal_bins:
        return levels
    return levels[:, owners(settings)[:-1]]
