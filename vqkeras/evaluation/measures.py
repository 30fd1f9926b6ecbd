"""Measures of spectrograms and codes: error, seam, entropy, perplexity, usage."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from vqkeras.evaluation.reconstruction_error import ReconstructionError

# A cell with any bin above this level, in dB re full scale, counts as sounding.
CELL_SOUNDS_DB = -70.0


def nmse(target: NDArray[np.floating], output: NDArray[np.floating]) -> float:
    """Mean squared error, divided by the variance of the target.

    Predicting the mean of everything gives 1.

    Args:
        target: Float array of shape `(..., frames, bins, channels)`, scaled to [0, 1].
        output: Array of the same shape.

    Returns:
        The error; NaN if the target is constant.

    Example:

    >>> target = np.array([[[0.0], [1.0]]])
    >>> nmse(target, np.full_like(target, 0.5))
    1.0
    """
    error = ReconstructionError()
    error.add(target, output)
    return error.nmse


def seam_db(magnitude_db: NDArray[np.floating], mask: NDArray[np.bool_]) -> float:
    """Mean step across the border of a mask, in dB.

    Each pair of neighbours, in time or frequency, of which one is inside the mask and
    one outside, counts once. Compare it with the same measure of the original: a seam
    is heard when the step is larger than what the sound does there anyway.

    Args:
        magnitude_db: Float array of shape `(frames, bins)`, in dB.
        mask: Boolean array of the same shape, True = regenerated.

    Returns:
        Mean absolute difference in dB; NaN if the mask has no border.

    Example:

    >>> mask = np.array([[False, False], [True, True]])
    >>> seam_db(np.array([[0.0, 0.0], [-6.0, -2.0]]), mask)
    4.0
    """
    values = magnitude_db.astype(np.float64)
    in_time = np.abs(np.diff(values, axis=0))[mask[1:] != mask[:-1]]
    in_frequency = np.abs(np.diff(values, axis=1))[mask[:, 1:] != mask[:, :-1]]
    across = np.concatenate([in_time, in_frequency])
    return float(across.mean()) if across.size else math.nan


def sounding_cells(
    magnitude_db: NDArray[np.floating], time_stride: int, freq_stride: int
) -> NDArray[np.bool_]:
    """Cells any of whose bins lies above -70 dB.

    Args:
        magnitude_db: Float array of shape `(..., frames, bins)`, in dB re full scale.
        time_stride: Frames per cell. The last cell may be incomplete.
        freq_stride: Bins per cell. The last cell may be incomplete.

    Returns:
        Boolean array of shape `(..., map_frames, map_bins)`.

    Example:

    >>> level = np.full((4, 8), -80.0)
    >>> level[0, 7] = -20.0
    >>> sounding_cells(level, time_stride=4, freq_stride=4)
    array([[False,  True]])
    """
    *batch, frames, bins = magnitude_db.shape
    spare_frames, spare_bins = -frames % time_stride, -bins % freq_stride
    padding = [(0, 0)] * len(batch) + [(0, spare_frames), (0, spare_bins)]
    above = np.pad(magnitude_db > CELL_SOUNDS_DB, padding)
    cells = above.reshape(
        *batch,
        (frames + spare_frames) // time_stride,
        time_stride,
        (bins + spare_bins) // freq_stride,
        freq_stride,
    )
    return np.asarray(cells.any(axis=(-3, -1)), np.bool_)


def code_counts(codes: NDArray[np.integer], codebook_size: int) -> NDArray[np.int64]:
    """How often each code occurs.

    Args:
        codes: Integer array of any shape, values in [0, codebook_size).
        codebook_size: Number of codewords.

    Returns:
        Array of shape `(codebook_size,)`.

    Example:

    >>> code_counts(np.array([[0, 2], [2, 2]]), 4)
    array([1, 0, 3, 0])
    """
    counts: NDArray[np.int64] = np.bincount(codes.ravel(), minlength=codebook_size)
    return counts


def entropy_bits(counts: NDArray[np.integer]) -> float:
    """Entropy of the distribution that counts describe, in bits; 0 for no counts.

    Args:
        counts: Non-negative integer array of shape `(codebook_size,)`.

    Returns:
        Entropy in bits, from 0 to log2(codebook_size).

    Example:

    >>> entropy_bits(np.array([5, 5, 5, 5]))
    2.0
    """
    used = counts[counts > 0].astype(np.float64)
    shares = used / max(used.sum(), 1.0)
    return float(abs((shares * np.log2(shares)).sum()))


def perplexity(codes: NDArray[np.integer], codebook_size: int) -> float:
    """Number of equally likely codes that would be as varied as these.

    Args:
        codes: Integer array of any shape, values in [0, codebook_size).
        codebook_size: Number of codewords.

    Returns:
        Perplexity, from 1 to `codebook_size`.

    Example:

    >>> perplexity(np.array([0, 1, 0, 1]), 16)
    2.0
    """
    return float(2.0 ** entropy_bits(code_counts(codes, codebook_size)))


def codebook_usage(codes: NDArray[np.integer], codebook_size: int) -> float:
    """Share of the codebook that occurs at least once, in [0, 1].

    Args:
        codes: Integer array of any shape, values in [0, codebook_size).
        codebook_size: Number of codewords.

    Returns:
        Share in [0, 1].

    Example:

    >>> codebook_usage(np.array([0, 1, 0, 1]), 16)
    0.125
    """
    return float((code_counts(codes, codebook_size) > 0).mean())


def entropy_rate_bps(counts: NDArray[np.integer], cells_per_second: float) -> float:
    """Rate of a codemap whose codes are entropy coded, each on its own.

    Args:
        counts: How often each code occurs, of shape `(codebook_size,)`.
        cells_per_second: Cells in one second of sound.

    Returns:
        Rate in bits per second.

    Example:

    >>> entropy_rate_bps(np.array([8, 8, 0, 0]), cells_per_second=125.0)
    125.0
    """
    return entropy_bits(counts) * cells_per_second
