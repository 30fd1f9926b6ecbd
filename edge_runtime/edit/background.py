"""The background of a sound that is too quiet for a model: what goes on in a pause."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edge_runtime.spectrogram.decibels import full_scale
from edge_runtime.spectrogram.settings import SpectrogramSettings

# A bin of noise is louder than the mean now and then: one in seven passes its double.
_BARELY = 2.0
# Root mean square of noise's magnitudes over their mean, in Rayleigh's distribution.
_RMS = 2.0 / np.sqrt(np.pi)
# What is so many times as powerful as the quietest quarter of the moments is dying away
# and no background. 28 dB: with less, a background that comes and goes is too quiet (in
# the highest third of the band of 231 regions by 0.8 dB with 11 dB, by 0.3 dB with 28).
_FADING = 700.0
# Bins that are looked at together: what is between stays in a processor's cache.
_BINS = 128
# Keeps what nobody knows from being divided by nothing.
_TINY = 1e-20


def background_level(
    power: NDArray[np.floating],
    near: NDArray[np.floating],
    settings: SpectrogramSettings,
) -> NDArray[np.float64]:
    """How loud each bin is around a mask where the model hears silence.

    A model's silence is everything below its floor, but the room and the microphone go
    on below it. Added up over many bins, their absence can be told. Tails of hits are
    no background: in digital silence between them nothing counts. A relative of minimum
    statistics (Martin 2001, https://doi.org/10.1109/89.928915).

    Args:
        power: Squared magnitudes, float array of shape
            `(channels, frames, n_fft // 2 + 1)`.
        near: Float array of shape `(frames, n_fft // 2 + 1)`: how much each place
            counts; 0 where nothing is known.
        settings: How sound becomes a spectrogram.

    Returns:
        Float64 array of shape `(n_fft // 2 + 1,)`: root mean square magnitude of noise
        whose mean magnitude is that of the places that count; 0 in bins that have none.

    Example: 6 dB below the floor of -80 dB, and a hit that does not count.

    >>> settings = SpectrogramSettings()
    >>> power = np.full((1, 9, 513), (full_scale(1024) * 5e-5) ** 2, np.float32)
    >>> power[0, 4] = 100.0
    >>> level = background_level(power, np.ones((9, 513)), settings)
    >>> round(20.0 * float(np.log10(level[0] / full_scale(1024))), 1)
    -85.0
    """
    floor = full_scale(settings.n_fft) ** 2 * 10.0 ** (settings.floor_db / 10.0)
    level = np.empty(near.shape[1])
    for first in range(0, len(level), _BINS):
        part = slice(first, first + _BINS)
        mean = power[..., part].mean(axis=0)
        counted = near[:, part] * (mean < _BARELY * floor)
        counted *= mean <= _FADING * _lowest_quarter(mean, counted > 0.0)
        # A mean of magnitudes: that of powers is what the loudest moment was, that of
        # decibels what the quietest.
        sums = np.einsum("fb,fb->b", counted, np.sqrt(mean))
        level[part] = _RMS * sums / np.maximum(counted.sum(axis=0), _TINY)
    return level


def _lowest_quarter(
    power: NDArray[np.floating], counted: NDArray[np.bool_]
) -> NDArray[np.floating]:
    """What a quarter of the counted frames do not exceed, in each bin."""
    # Neighbouring windows share most of their samples: every other one is enough.
    counted = counted[::2]
    sorted_power = np.sort(np.where(counted, power[::2], np.inf).T, axis=1)
    place = counted.sum(axis=0) // 4
    lowest: NDArray[np.floating] = sorted_power[np.arange(len(place)), place]
    return lowest
