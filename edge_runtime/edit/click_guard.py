"""Look-ahead limiter for jumps between samples: no click that the input has not.

Where the edited sound would jump further than the input ever does, the change is turned
down for a few milliseconds around, and nowhere else.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# How far around a jump the change is turned down, in s.
REACH_S = 0.004
# A slope of the gain adds to a jump a little: the gain is found again so often.
_ROUNDS = 12


def gain_without_clicks(
    audio: NDArray[np.float32],
    change: NDArray[np.float32],
    limits: NDArray[np.floating],
    sample_rate: int,
) -> NDArray[np.float32]:
    """Gain for a change that keeps all jumps between neighbouring samples in bounds.

    The smallest share allowed near each sample, averaged over as long a time: the
    look-ahead limiter of dynamics processing.

    Args:
        audio: The sound, float array of shape `(samples, channels)`.
        change: What an edit adds to it, same shape.
        limits: Largest jump allowed in each channel, shape `(channels,)`. A jump of
            `audio` alone that is larger stays as it is.
        sample_rate: In Hz.

    Returns:
        Float32 array of shape `(samples,)`, in [0, 1], one for all channels.

    Example: one sample of four would jump too far.

    >>> audio, change = np.zeros((4, 1)), np.array([[0.0], [0.1], [0.9], [0.1]])
    >>> gain = gain_without_clicks(audio, change, np.array([0.2]), 100)
    >>> bool(np.abs(np.diff(gain[:, None] * change, axis=0)).max() <= 0.2)
    True
    """
    gain = np.ones(len(audio), np.float32)
    half = max(1, round(REACH_S * sample_rate))
    for left in reversed(range(_ROUNDS)):
        share = _share(audio, gain[:, np.newaxis] * change, limits)
        low = np.flatnonzero(share < 1.0)
        if not len(low):
            break
        if not left:  # a gain that does not move adds nothing to a jump
            gain *= np.float32(share.min())
            break
        # Both samples of a jump, all around it, and what the smoothing looks at.
        first, last = max(0, low[0] - 2 * half), low[-1] + 2 + 2 * half
        near = share[first : last - 1] * np.where(share[first : last - 1] < 1, 0.95, 1)
        lowest = np.minimum(
            np.pad(near, (1, 0), constant_values=1.0),
            np.pad(near, (0, 1), constant_values=1.0),
        )
        gain[first:last] *= _mean_of_minima(lowest, half)
    return gain


def _share(
    audio: NDArray[np.floating],
    change: NDArray[np.floating],
    limits: NDArray[np.floating],
) -> NDArray[np.float64]:
    """Share of a change that each jump allows, shape `(samples - 1,)`, in [0, 1]."""
    step = np.diff(audio.astype(np.float64), axis=0)
    added = np.diff(change.astype(np.float64), axis=0)
    # |step + share * added| <= limit, solved where the change points.
    room = np.maximum(limits - step * np.sign(added), 0.0)
    size = np.abs(added)
    too_far = (np.abs(step + added) > limits) & (size > 0.0)
    shares = np.divide(room, size, out=np.ones_like(size), where=too_far)
    lowest: NDArray[np.float64] = np.minimum(shares, 1.0).min(axis=1)
    return lowest


def _mean_of_minima(share: NDArray[np.float64], half: int) -> NDArray[np.float32]:
    """Minimum over `half` samples on both sides, then a mean over as many."""
    lowest = np.pad(share, 2 * half, constant_values=1.0)
    reach = 1
    while reach < 2 * half + 1:  # windows of twice the length, until they are long
        step = min(reach, 2 * half + 1 - reach)
        lowest = np.minimum(lowest[:-step], lowest[step:])
        reach += step
    weights = np.hanning(2 * half + 3)[1:-1]
    mean = np.convolve(lowest, weights / weights.sum(), mode="valid")
    return np.minimum(mean, 1.0).astype(np.float32)
