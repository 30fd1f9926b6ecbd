"""The phase of a generated magnitude: the one that was there, or Griffin-Lim's."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edge_runtime.phase import PHASES, griffin_lim


def with_phase(
    magnitude: NDArray[np.float32],
    known: NDArray[np.complex64],
    mask: NDArray[np.bool_],
    *,
    phase: str,
    hop_length: int,
    seed: int,
) -> NDArray[np.complex64]:
    """Give generated magnitudes a phase; outside the mask nothing changes.

    Args:
        magnitude: Float32 array of shape `(frames, n_fft // 2 + 1)`.
        known: Spectrum of the sound, complex64 of the same shape.
        mask: Bool array of the same shape, `True` = generated.
        phase: `"original"` (that of `known`) or `"griffin_lim"`.
        hop_length: Step between frames, in samples.
        seed: Start of Griffin-Lim.

    Returns:
        Complex array of the same shape.

    Raises:
        ValueError: If `phase` is neither.

    Example:

    >>> known = np.array([[2.0, -3.0, 0.0]], np.complex64)
    >>> five = np.full((1, 3), 5.0, np.float32)
    >>> mask = np.array([[False, True, True]])
    >>> with_phase(five, known, mask, phase="original", hop_length=1, seed=0).real
    array([[ 2., -5.,  5.]], dtype=float32)
    """
    if phase not in PHASES:
        raise ValueError(
            f"phase must be one of {', '.join(PHASES)}. Received: {phase!r}."
        )
    if phase == "griffin_lim":
        return griffin_lim(magnitude, known, mask, hop_length=hop_length, seed=seed)
    size = np.abs(known)
    direction = np.divide(known, size, out=np.ones_like(known), where=size > 0.0)
    return np.where(mask, magnitude * direction, known)
