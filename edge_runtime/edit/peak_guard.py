"""Limiter for peaks: an edit is turned down where it would be clipped.

Where an edited sound would go beyond full scale, all of it is turned down for some
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

    What is turned down is the sum: a change alone has no room left where the sound
    itself is as loud as may be. So untouched bands are turned down with it, but never
    samples that do not change. Within 8 ms of those, the sum may still be too loud.

    Args:
        audio: The sound, float array of shape `(samples, channels)`, within `peaks`.
        change: What an edit adds to it, same shape.
        peaks: Largest absolute value allowed in each channel, shape `(channels,)`.
        sample_rate: In Hz.

    Returns:
        Float32 array of the same shape: `change` itself where nothing is too loud for
        8 ms around, and one gain for the sum of all channels elsewhere.

    Example: a tone that would be half as loud again as it may be.

    >>> change = 1.5 * np.sin(np.arange(4000) / 4)[:, np.newaxis]
    >>> kept = without_clipping(np.zeros_like(change), change, np.ones(1), 8000)
    >>> largest = np.abs(change).max(), np.abs(kept[200:-200]).max()
    >>> [round(float(each), 2) for each in largest]
    [1.5, 1.0]
    """
    after = audio + change
    if not (np.abs(after) > peaks).any():
        return change
    half = reach_of(sample_rate) // 2
    sizes = np.maximum(np.abs(after), peaks)
    gain = mean_of_minima((peaks / sizes).min(axis=1), half)
    # Nothing beyond the ends changes.
    changes = np.pad((change != 0.0).any(axis=1), 2 * half)
    inside = mean_of_minima(changes.astype(np.float64), half)[2 * half : -2 * half]
    less = (np.float32(1.0) - gain) * inside
    return np.asarray(change - less[:, np.newaxis] * after, np.float32)


def reach_of(sample_rate: int) -> int:
    """How many samples around a peak are turned down with it."""
    return 2 * max(1, round(REACH_S * sample_rate))
