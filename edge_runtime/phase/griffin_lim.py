"""Phase for regenerated magnitudes: fast Griffin-Lim inside a mask."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from edge_runtime.phase.directions import random_directions
from edge_runtime.phase.masked_fit import (
    MOMENTUM,
    check_shapes,
    fitted_in_mask,
    touched_frames,
)
from edge_runtime.spectrogram.stft import BLOCK

# From a random start; as many as librosa's.
ITERATIONS = 32


def griffin_lim(
    magnitude: NDArray[np.floating],
    spectrum: NDArray[np.complexfloating],
    mask: NDArray[np.bool_],
    *,
    hop_length: int,
    iterations: int = ITERATIONS,
    momentum: float = MOMENTUM,
    seed: int,
) -> NDArray[np.complex64]:
    """Find the phase that fits a magnitude inside a mask to the sound around it.

    Fast Griffin-Lim: from a random phase, go back and forth between audio and spectrum;
    each time keep the phase that comes back, pushed on by the momentum, and restore the
    magnitude. Outside the mask the spectrum is restored whole, so the new phase grows
    out of the old one.

    Source: Perraudin, Balazs and Søndergaard (2013), "A fast Griffin-Lim algorithm",
    https://doi.org/10.1109/WASPAA.2013.6701851, algorithm 2.

    Args:
        magnitude: Float array of shape `(frames, n_fft // 2 + 1)`, in the units of
            `stft`. Read inside the mask only.
        spectrum: Complex array of the same shape. Read outside the mask only.
        mask: Bool array of the same shape, true where phase is wanted.
        hop_length: Step between frames, in samples. Must divide `n_fft`.
        iterations: How often to go back and forth. Defaults to `32`.
        momentum: Float, 0 or more; 0 is Griffin and Lim (1984). Defaults to `0.99`.
        seed: Seed of the random phase at the start.

    Returns:
        Complex64 array of the same shape: `spectrum` outside the mask, bit by bit, and
        a complex number of the asked magnitude inside.

    Raises:
        ValueError: If the shapes differ, `hop_length` does not divide `n_fft`, or a
            number is negative.

    Example:

    >>> magnitude = np.ones((9, 33), np.float32)
    >>> mask = np.ones((9, 33), bool)
    >>> spectrum = griffin_lim(magnitude, 0j * magnitude, mask, hop_length=16, seed=0)
    >>> bool(np.allclose(np.abs(spectrum), 1.0))
    True
    """
    check_shapes(magnitude, spectrum, mask, hop_length)
    if iterations < 0 or momentum < 0:
        raise ValueError(
            "iterations and momentum must be 0 or more. "
            f"Received: {iterations}, {momentum}."
        )
    if not mask.any():
        return spectrum.astype(np.complex64)
    result = fitted_in_mask(
        magnitude[np.newaxis],
        spectrum[np.newaxis],
        mask,
        _random_start(mask[touched_frames(mask)], np.random.default_rng(seed)),
        hop_length=hop_length,
        iterations=iterations,
        momentum=momentum,
    )
    one: NDArray[np.complex64] = result[0]
    return one


def _random_start(
    mask: NDArray[np.bool_], rng: np.random.Generator
) -> Iterator[NDArray[np.complex128]]:
    """A random direction for every bin of a mask, block by block."""
    for first in range(0, len(mask), BLOCK):
        inside = mask[first : first + BLOCK]
        turns = np.ones((1, *inside.shape), np.complex128)
        turns[0, inside] = random_directions(rng, int(inside.sum()))
        yield turns
