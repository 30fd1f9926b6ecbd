"""High-pass filter: what lies below 20 Hz, and an offset, is no part of an edit."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# Three moving means of 40 ms each: 0.1 dB are lost at 20 Hz, all of an offset is.
_HALF_S, _TIMES = 0.02, 3


def reach_of(sample_rate: int) -> int:
    """Samples on each side that the filter looks at."""
    return _TIMES * _half(sample_rate)


def audible(audio: NDArray[np.float32], sample_rate: int) -> NDArray[np.float32]:
    """A sound without what is too low to be heard.

    Args:
        audio: Float array of shape `(samples,)`. At its ends the means are taken over
            what there is.
        sample_rate: In Hz.

    Returns:
        Float32 array of the same shape.

    Example:

    >>> audible(np.full(5, 0.5, np.float32), 16000).tolist()
    [0.0, 0.0, 0.0, 0.0, 0.0]
    """
    slow = audio.astype(np.float64)
    for _ in range(_TIMES):
        slow = _moving_mean(slow, _half(sample_rate))
    return (audio - slow).astype(np.float32)


def _half(sample_rate: int) -> int:
    return max(1, round(_HALF_S * sample_rate))


def _moving_mean(values: NDArray[np.float64], half: int) -> NDArray[np.float64]:
    """Mean over each value and `half` of them on both sides."""
    count = len(values)
    sums = np.pad(np.cumsum(values), (half + 1, half))
    sums[half + 1 + count :] = sums[half + count]
    mean: NDArray[np.float64] = sums[2 * half + 1 :] - sums[:count]
    # Fewer values are around those at both ends.
    missing = half - np.arange(min(half, count))
    around = np.full(count, 2.0 * half + 1.0)
    around[: len(missing)] -= missing
    around[::-1][: len(missing)] -= missing
    mean /= around
    return mean
