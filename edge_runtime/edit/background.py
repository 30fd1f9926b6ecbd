"""The background of a sound that is too quiet for a model: what goes on in a pause."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edge_runtime.spectrogram.decibels import full_scale
from edge_runtime.spectrogram.settings import SpectrogramSettings

# A bin of noise is louder than the mean now and then: one in seven passes its double.
_BARELY = 2.0
# A quarter of noise's powers, which are exponentially distributed, lie below this share
# of their mean.
_QUARTER = -np.log(0.75)
# One in fifty is more than four times the mean; of the rest this is the mean magnitude,
# as a share of the root mean square of all.
_MOST, _MEAN = 4.0, 0.8612
# Keeps what nobody knows from being divided by nothing.
_TINY = 1e-20


def background_level(
    power: NDArray[np.floating],
    near: NDArray[np.floating],
    settings: SpectrogramSettings,
) -> NDArray[np.float64]:
    """How loud each bin is around a mask where the model hears silence.

    A model's silence is everything below its floor, but the room and the microphone go
    on below it. Added up over many bins, their absence can be told. What dies away
    below the floor is no background: so the quietest quarter of the moments tells how
    loud noise there would be, and what exceeds such noise does not count. A relative
    of minimum statistics (Martin 2001, https://doi.org/10.1109/89.928915).

    Args:
        power: Squared magnitudes, float array of shape
            `(channels, frames, n_fft // 2 + 1)`.
        near: Float array of shape `(frames, n_fft // 2 + 1)`: how much each place
            counts; 0 where nothing is known.
        settings: How sound becomes a spectrogram.

    Returns:
        Float64 array of shape `(n_fft // 2 + 1,)`: root mean square magnitude of the
        noise at the floor or below it; 0 in bins that have none.

    Example: 6 dB below the floor of -80 dB, and a hit that does not count.

    >>> settings = SpectrogramSettings()
    >>> power = np.full((1, 9, 513), (full_scale(1024) * 5e-5) ** 2, np.float32)
    >>> power[0, 4] = 100.0
    >>> level = background_level(power, np.ones((9, 513)), settings)
    >>> round(20.0 * float(np.log10(level[0] / full_scale(1024))), 1)
    -84.7
    """
    mean = power.mean(axis=0)
    floor = full_scale(settings.n_fft) ** 2 * 10.0 ** (settings.floor_db / 10.0)
    counted = near * (mean < _BARELY * floor)
    counted *= mean <= _MOST / _QUARTER * _lowest_quarter(mean, counted > 0.0)
    # A mean of magnitudes: that of powers is what the loudest moment was.
    sums = np.einsum("fb,fb->b", counted, np.sqrt(mean))
    level: NDArray[np.float64] = sums / np.maximum(counted.sum(axis=0), _TINY)
    level /= _MEAN
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
