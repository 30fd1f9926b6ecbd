"""Which peak of the frame beside it a spectral peak goes on from, and by what phase."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_runtime.phase.spectral_peaks import SpectralPeaks

# A peak hangs on its neighbour when the valley between them is this many times louder
# than its own bin was in the frame before: both begin together.
_BEGINS_TOGETHER = 2.0


@dataclass(frozen=True, eq=False)
class PeakLinks:
    """Where the phase of every peak of some frames comes from, in one direction.

    Attributes:
        places: Flat index of the bin in the frame beside, shape `(peaks,)`; of the
            peak itself where there is no such frame.
        parent: Number of the peak that this bin belongs to.
        step: Phase from that bin to the peak, in rad.
        shift: Phase from the parent to that bin, in rad.
    """

    places: NDArray[np.intp]
    parent: NDArray[np.intp]
    step: NDArray[np.float64]
    shift: NDArray[np.float64]


def peak_links(
    peaks: SpectralPeaks,
    own: slice,
    direction: int,
    *,
    first_bin: int,
    n_fft: int,
    hop_length: int,
) -> PeakLinks:
    """Links of the peaks of some frames to the frame before or after each.

    Args:
        peaks: Of these frames and of those beside them.
        own: Numbers of the peaks to link.
        direction: 1 from the frame before, -1 from the frame after.
        first_bin: Number of the first bin of `peaks`.
        n_fft: Window length, in samples.
        hop_length: Step between frames, in samples.
    """
    frames, bins = peaks.magnitude.shape
    here, number = peaks.places[own], peaks.bins[own]
    beside = here - direction * bins
    outside = (beside < 0) | (beside >= frames * bins)
    beside[outside] = here[outside]
    slope = peaks.slope.reshape(-1)
    parent = peaks.region.reshape(-1)[beside]
    # What the bin's centre turns in a hop, whole turns taken off while it is whole.
    turns = np.arange(first_bin, first_bin + bins) * hop_length % n_fft
    step = (turns * (2.0 * np.pi / n_fft)).take(number)
    offsets = peaks.offsets(here, number) + peaks.offsets(beside, number)
    step += offsets * (np.pi * hop_length / n_fft)
    step *= direction
    shift = slope[beside] - slope[peaks.places[parent]]
    return PeakLinks(beside, parent, step, shift)


def peak_roots(
    peaks: SpectralPeaks,
    own: slice,
    before: NDArray[np.float64],
    fixed: NDArray[np.bool_] | None = None,
) -> NDArray[np.intp]:
    """The peak of the same frame that decides the phase of each peak.

    Args:
        peaks: Peaks of some frames.
        own: Numbers of the peaks to look at: those of whole frames.
        before: Magnitude that the bin of each had in the frame it comes from.
        fixed: Peaks that have a phase of their own. Defaults to `None`: none.

    Returns:
        Numbers within `own`: of the peak itself where nothing decides for it.
    """
    hangs = peaks.valley[own] > _BEGINS_TOGETHER * before
    if fixed is not None:
        hangs &= ~fixed
    numbers = np.arange(len(hangs))
    roots = np.where(hangs, peaks.leader[own] - own.start, numbers)
    while True:  # every leader is higher, so this ends
        further = roots[roots]
        if (further == roots).all():
            return roots
        roots = further


def carried(
    phases: NDArray[Any],
    parent: NDArray[np.intp],
    bounds: NDArray[np.intp],
    *,
    backward: bool = False,
) -> None:
    """Add to the phase of every peak that of its parent, frame by frame.

    Args:
        phases: Shape `(channels, peaks + 1)`, changed: before, the phase from the
            parent to each peak; after, that of each peak. The last is 0, the parent of
            peaks that have none. If complex, the imaginary parts add up as well.
        parent: Number of the parent of each peak, shape `(peaks,)`.
        bounds: Number of the first peak of each frame and, last, past all peaks.
        backward: Whether frames go on from the one after them. Defaults to `False`.
    """
    limits = bounds.tolist()
    frames = list(pairwise(limits))
    for first, last in reversed(frames) if backward else frames:
        from_parent = parent[first:last]
        for channel in phases:
            channel[first:last] += channel[from_parent]
