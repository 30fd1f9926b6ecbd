"""Limiter for peaks: nothing that an edit adds is clipped.

Where an edited sound would go beyond full scale, the change is turned down for some
milliseconds before and after: the look-ahead limiter of dynamics processing. Clipping
would add partials up to the top of the band.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edge_runtime.edit.click_guard import REACH_S, mean_of_minima


def without_clipping(
    audio: NDArray[np.float32],
    change: NDArray[np.float32],
    peaks: NDArray[np.floating],
    sample_rate: int,
) -> NDArray[np.float32]:
    """A change that keeps the sum with the sound within bounds.

    Args:
        audio: The sound, float array of shape `(samples, channels)`, within `peaks`.
        change: What an edit adds to it, same shape.
        peaks: Largest absolute value allowed in each channel, shape `(channels,)`.
        sample_rate: In Hz.

    Returns:
        Float32 array of the same shape: `change` itself where nothing is too loud for
        8 ms around, and one gain for all channels elsewhere.

    Example: one sample of four would be too loud.

    >>> audio, change = np.full((4, 1), 0.5), np.array([[0.2], [0.2], [1.0], [0.2]])
    >>> kept = without_clipping(audio, change, np.ones(1), 100)
    >>> (audio + kept).max().round(3).item(), bool(kept.min() > 0.09)
    (1.0, True)
    """
    too_loud = np.abs(audio + change) > peaks
    places = np.flatnonzero(too_loud.any(axis=1))
    if not len(places):
        return change
    reach = reach_of(sample_rate)
    near = slice(max(0, places[0] - reach), places[-1] + 1 + reach)
    room = np.maximum(peaks - audio[near] * np.sign(change[near]), 0.0)
    size = np.abs(change[near])
    shares = np.divide(room, size, out=np.ones(size.shape), where=too_loud[near])
    kept = change.copy()
    kept[near] *= mean_of_minima(shares.min(axis=1), reach // 2)[:, np.newaxis]
    return kept


def reach_of(sample_rate: int) -> int:
    """How many samples around a peak are turned down with it."""
    return 2 * max(1, round(REACH_S * sample_rate))
