"""A phase that goes on from what surrounds it, along the peaks of the spectrogram."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from edge_runtime.phase.bridged_phase import bridged_start
from edge_runtime.phase.forward_phase import ForwardPhase, joint_magnitude
from edge_runtime.phase.masked_fit import check_shapes, fitted_in_mask
from edge_runtime.spectrogram.stft import BLOCK

# Griffin-Lim's iterations from such a start.
ITERATIONS = 8
# In a mask that is narrower than this, in bins, what is known around it decides more
# than the start, and as many are needed as from a random one.
NARROW_BINS, NARROW_ITERATIONS = 16, 32


def continued_phase(
    magnitude: NDArray[np.floating],
    spectrum: NDArray[np.complexfloating],
    mask: NDArray[np.bool_],
    *,
    hop_length: int,
) -> NDArray[np.complex64]:
    """Find the phase with which what surrounds a mask goes on inside it.

    Phases are carried along the peaks of the magnitude, as `bridged_start` and, where
    nothing is known, `ForwardPhase` say; then 8 of Griffin-Lim's iterations fit them to
    each other and to what is known, 32 in masks narrower than 16 bins. Channels share
    the peaks that are followed and keep their own known phases.

    A relative of phase-gradient heap integration (Průša, Balazs and Søndergaard 2017,
    "A noniterative method for reconstruction of phase from STFT magnitude",
    https://doi.org/10.1109/TASLP.2017.2678166) and of phase locking (Laroche and
    Dolson 1999, "Improved phase vocoder time-scale modification of audio",
    https://doi.org/10.1109/89.759041).

    Args:
        magnitude: Float array of shape `(channels, frames, n_fft // 2 + 1)`, in the
            units of `stft`. Read inside the mask only.
        spectrum: Complex array of the same shape. Read outside the mask only.
        mask: Bool array of shape `(frames, n_fft // 2 + 1)`, true where phase is
            wanted in all channels.
        hop_length: Step between frames, in samples. Must divide `n_fft`.

    Returns:
        Complex64 array of the shape of `spectrum`: the same outside the mask, bit by
        bit, and a complex number of the asked magnitude inside.

    Raises:
        ValueError: If the shapes differ, or `hop_length` does not divide `n_fft`.

    Example: a tone with a hole goes on in it.

    >>> from edge_runtime.spectrogram.stft import stft
    >>> tone = np.sin(0.5 * np.arange(4000))
    >>> known = stft(tone, n_fft=256, hop_length=64)[np.newaxis]
    >>> mask = np.zeros(known.shape[1:], bool)
    >>> mask[20:40] = True
    >>> found = continued_phase(np.abs(known), known, mask, hop_length=64)
    >>> bool(np.abs(found - known).max() < 0.01 * np.abs(known).max())
    True
    """
    check_shapes(magnitude, spectrum, mask, hop_length)
    if not mask.any():
        return spectrum.astype(np.complex64)
    if mask.all():
        start = _forward_start(magnitude, hop_length)
    else:
        start = bridged_start(magnitude, spectrum, mask, hop_length)
    is_narrow = _mean_width(mask) < NARROW_BINS
    return fitted_in_mask(
        magnitude,
        spectrum,
        mask,
        start,
        hop_length=hop_length,
        iterations=NARROW_ITERATIONS if is_narrow else ITERATIONS,
    )


def _forward_start(
    magnitude: NDArray[np.floating], hop_length: int
) -> Iterator[NDArray[np.complex128]]:
    """Directions of a whole sound, the same for all channels, block by block."""
    frames, bins = magnitude.shape[1:]
    forward = ForwardPhase(2 * (bins - 1), hop_length)
    for first in range(0, frames, BLOCK):
        part = magnitude[:, first : first + BLOCK + 1].astype(np.float64)
        joint = joint_magnitude(part)
        after = joint[BLOCK] if len(joint) > BLOCK else None
        yield forward.add(joint[:BLOCK], after)[np.newaxis]


def _mean_width(mask: NDArray[np.bool_]) -> float:
    """Mean number of neighbouring bins in a frame that a mask covers together."""
    begins = mask.copy()
    begins[:, 1:] &= ~mask[:, :-1]
    return float(mask.sum() / begins.sum())
