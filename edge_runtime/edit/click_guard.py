"""Limiter for jumps between samples: no click that the input has not.

Where an edited sound would jump further than the input ever does, what is too much of
that jump becomes a slope of some milliseconds. Only what is far too loud is turned
down, there alone: the look-ahead limiter of dynamics processing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# How far around a jump the change is turned down, in s.
REACH_S = 0.004
# A slope of the gain adds to a jump a little: the gain is found again so often.
_ROUNDS = 20


def without_clicks(
    audio: NDArray[np.float32],
    change: NDArray[np.float32],
    limits: NDArray[np.floating],
    sample_rate: int,
) -> NDArray[np.float32]:
    """A change that keeps all jumps between neighbouring samples in bounds.

    Args:
        audio: The sound, float array of shape `(samples, channels)`.
        change: What an edit adds to it, same shape.
        limits: Largest jump allowed in each channel, shape `(channels,)`. A jump of
            `audio` alone that is larger stays as it is.
        sample_rate: In Hz.

    Returns:
        Float32 array of the same shape, 0 where `change` is 0 for longer than a slope.

    Example: a tone as steep as may be, and a softer one on it.

    >>> times = np.arange(800)[:, np.newaxis] / 8000
    >>> audio, change = np.sin(2765 * times), 0.1 * np.sin(9876 * times)
    >>> limits = np.abs(np.diff(audio, axis=0)).max(axis=0)
    >>> kept = without_clicks(audio, change, limits, 8000)
    >>> bool(np.abs(np.diff(audio + kept, axis=0)).max() <= 1.0001 * limits[0])
    True
    >>> bool(np.std(kept) > 0.7 * np.std(change))
    True
    """
    if not (np.abs(np.diff(audio + change, axis=0)) > limits).any():
        return change
    # What was there and what is new may each jump as far as the input does.
    gain = gain_without_clicks(np.zeros_like(audio), change, 2.0 * limits, sample_rate)
    sloped = _sloped(audio, gain[:, np.newaxis] * change, limits, sample_rate)
    kept = np.asarray(sloped, np.float32)
    gain = gain_without_clicks(audio, kept, limits, sample_rate)
    return np.asarray(gain[:, np.newaxis] * kept, np.float32)


def gain_without_clicks(
    audio: NDArray[np.float32],
    change: NDArray[np.float32],
    limits: NDArray[np.floating],
    sample_rate: int,
) -> NDArray[np.float32]:
    """Gain for a change that keeps all jumps between neighbouring samples in bounds.

    The smallest share allowed near each sample, averaged over as long a time.

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
        gain[first:last] *= mean_of_minima(lowest, half)
    return gain


def _sloped(
    audio: NDArray[np.floating],
    change: NDArray[np.floating],
    limits: NDArray[np.floating],
    sample_rate: int,
) -> NDArray[np.float64]:
    """A change without the excess of its jumps, which goes into slopes around them."""
    half = max(1, round(REACH_S * sample_rate))
    # A little less is aimed at: the slopes add to jumps beside them.
    sloped, aim = change.astype(np.float64), 0.999 * limits
    still = np.logical_not(change.any(axis=1))
    # Slopes must not reach samples that do not change.
    near = _sum_around(np.logical_or(still[1:], still[:-1])[:, np.newaxis], half)
    inside = near < 0.5
    inside[:half] = inside[max(0, len(inside) - half) :] = False
    for _ in range(_ROUNDS):
        step = np.diff(audio + sloped, axis=0)
        too_far = inside & (np.abs(step) > limits)
        if not too_far.any():
            break
        excess = (step - np.clip(step, -aim, aim)) * too_far
        # Each excess falls back to 0 evenly, half before and half after its jump.
        around = _sum_around(excess, half) / (2 * half + 1)
        sloped[1:] -= np.cumsum(excess - around, axis=0)
    sloped[still] = 0.0
    return sloped


def _sum_around(
    values: NDArray[np.floating] | NDArray[np.bool_], half: int
) -> NDArray[np.float64]:
    """Sum of each row and `half` rows on both sides; beyond the ends there is 0."""
    ends = ((half + 1, half), (0, 0))
    sums = np.cumsum(np.pad(values.astype(np.float64), ends), axis=0)
    around: NDArray[np.float64] = sums[2 * half + 1 :] - sums[: -2 * half - 1]
    return around


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


def mean_of_minima(share: NDArray[np.float64], half: int) -> NDArray[np.float32]:
    """Minimum over `half` samples on both sides, then a mean over as many.

    So it is smooth, and nowhere above `share`.

    Args:
        share: Shape `(samples,)`, in [0, 1]; beyond the ends it is 1.
        half: In samples.

    Returns:
        Float32 array of the same shape.
    """
    lowest = np.pad(share, 2 * half, constant_values=1.0)
    reach = 1
    while reach < 2 * half + 1:  # windows of twice the length, until they are long
        step = min(reach, 2 * half + 1 - reach)
        lowest = np.minimum(lowest[:-step], lowest[step:])
        reach += step
    weights = np.hanning(2 * half + 3)[1:-1]
    mean = np.convolve(lowest, weights / weights.sum(), mode="valid")
    return np.minimum(mean, 1.0).astype(np.float32)
