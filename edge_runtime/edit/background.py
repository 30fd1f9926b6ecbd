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
# Keeps what nobody knows from being divided by nothing.
_TINY = 1e-20


def background_level(
    power: NDArray[np.floating],
    near: NDArray[np.floating],
    settings: SpectrogramSettings,
) -> NDArray[np.float64]:
    """How loud each bin is around a mask where the model hears silence.

    A model's silence is everything below its floor, but the room and the microphone go
    on below it. Added up over many bins, their absence can be told.

    Args:
        power: Squared magnitudes, float array of shape
            `(channels, frames, n_fft // 2 + 1)`.
        near: Float array of shape `(frames, n_fft // 2 + 1)`: how much each place
            counts; 0 where nothing is known.
        settings: How sound becomes a spectrogram.

    Returns:
        Float64 array of shape `(n_fft // 2 + 1,)`: root mean square magnitude of noise
        whose mean magnitude is that of the places at the floor or below it; 0 in bins
        that have none.

    Example: 6 dB below the floor of -80 dB, and a tone that does not count.

    >>> settings = SpectrogramSettings()
    >>> power = np.full((1, 9, 513), (full_scale(1024) * 5e-5) ** 2, np.float32)
    >>> power[0, 4] = 100.0
    >>> level = background_level(power, np.ones((9, 513)), settings)
    >>> round(20.0 * float(np.log10(level[0] / full_scale(1024))), 1)
    -85.0
    """
    mean = power.mean(axis=0)
    floor = full_scale(settings.n_fft) ** 2 * 10.0 ** (settings.floor_db / 10.0)
    counted = near * (mean < _BARELY * floor)
    # A mean of magnitudes: that of powers is what the loudest moment was, that of
    # decibels what the quietest.
    sums = np.einsum("fb,fb->b", counted, np.sqrt(mean))
    level: NDArray[np.float64] = _RMS * sums / np.maximum(counted.sum(axis=0), _TINY)
    return level
