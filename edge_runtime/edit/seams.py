"""Crossfades: what keeps the edge of an edit inaudible."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def fade_weights(
    mask: NDArray[np.bool_], ramp_frames: int, ramp_bins: int
) -> NDArray[np.float32]:
    """Weights that rise from a mask's border inwards, and are 0 outside it.

    Raised-cosine ramps along time and frequency, multiplied. The edges of the array
    are no borders: nothing lies beyond them to fade to.

    Args:
        mask: Bool array of shape `(frames, bins)`, `True` = regenerated.
        ramp_frames: Frames at each border whose weight is below 1.
        ramp_bins: Bins at each border whose weight is below 1.

    Returns:
        Float32 array of shape `(frames, bins)`, in [0, 1]; never 0 inside the mask.

    Example:

    >>> mask = np.array([[False], [True], [True], [True], [True], [False]])
    >>> fade_weights(mask, 1, 0)[:, 0].round(3).tolist()
    [0.0, 0.5, 1.0, 1.0, 0.5, 0.0]
    """
    if mask.all():  # as for a box, which fades at its own edges
        return np.ones(mask.shape, np.float32)
    weights = _ramp(mask, ramp_frames)
    weights *= _ramp(mask.T, ramp_bins).T
    return weights


def _ramp(mask: NDArray[np.bool_], length: int) -> NDArray[np.float32]:
    """Raised cosine of the distance to the nearest `False` along the first axis."""
    distance = mask.astype(np.uint8)
    eroded = mask
    for _ in range(length):
        padded = np.pad(eroded, ((1, 1), (0, 0)), constant_values=True)
        eroded = padded[:-2] & eroded & padded[2:]
        distance += eroded
    steps = np.arange(length + 2, dtype=np.float32)
    ramp = np.square(np.sin(steps * np.float32(np.pi / 2 / (length + 1))))
    weights: NDArray[np.float32] = ramp[distance]
    return weights


def touched_samples(
    frames: NDArray[np.bool_], *, n_fft: int, hop_length: int, samples: int
) -> NDArray[np.bool_]:
    """Samples that lie in the window of a regenerated frame.

    Args:
        frames: Bool array of shape `(frames,)`, `True` = regenerated in any bin.
        n_fft: Window length, in samples.
        hop_length: Step between frames, in samples.
        samples: Length of the sound, in samples.

    Returns:
        Bool array of shape `(samples,)`.
    """
    touched = np.zeros(samples, np.bool_)
    for first, last in _runs(frames):
        start = first * hop_length - n_fft // 2
        stop = (last - 1) * hop_length + n_fft // 2
        touched[max(0, start) : max(0, stop)] = True
    return touched


def at_other_rate(
    touched: NDArray[np.bool_], from_rate: int, to_rate: int, samples: int
) -> NDArray[np.bool_]:
    """Touched samples at another sample rate, rounded outwards.

    Args:
        touched: Bool array of shape `(from_samples,)`.
        from_rate: Its rate, in Hz.
        to_rate: Wanted rate, in Hz.
        samples: Length at the wanted rate, in samples.

    Returns:
        Bool array of shape `(samples,)`.
    """
    moved = np.zeros(samples, np.bool_)
    for start, stop in _runs(touched):
        end = samples if stop == len(touched) else -(-stop * to_rate // from_rate)
        moved[start * to_rate // from_rate : end] = True
    return moved


def fade_to_zero(touched: NDArray[np.bool_], ramp: int) -> NDArray[np.float32]:
    """Weights that are exactly 0 outside the touched samples and rise inside them.

    Args:
        touched: Bool array of shape `(samples,)`.
        ramp: Samples at each end of a touched range whose weight is below 1. The
            ends of the sound are no ends.

    Returns:
        Float32 array of shape `(samples,)`, in [0, 1].
    """
    weights = touched.astype(np.float32)
    for start, stop in _runs(touched):
        length = min(ramp, (stop - start) // 2)
        steps = np.arange(1, length + 1, dtype=np.float32)
        rise = np.square(np.sin(steps * np.float32(np.pi / 2 / (length + 1))))
        if start > 0:
            weights[start : start + length] *= rise
        if stop < len(touched):
            weights[stop - length : stop] *= rise[::-1]
    return weights


def largest_jump(audio: NDArray[np.float32]) -> float:
    """Largest difference between neighbouring samples of `(samples,)`."""
    return float(np.abs(np.diff(audio)).max(initial=0.0))


def _runs(values: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and one past last index of each run of `True`."""
    edges = np.flatnonzero(np.diff(values, prepend=False, append=False))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
