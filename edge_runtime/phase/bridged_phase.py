"""Phases inside a mask, carried along spectral peaks from what is known around it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_runtime.phase.directions import directions
from edge_runtime.phase.forward_phase import joint_magnitude
from edge_runtime.phase.known_bins import KnownBins
from edge_runtime.phase.masked_fit import touched_frames
from edge_runtime.phase.peak_links import carried, peak_links, peak_roots
from edge_runtime.phase.spectral_peaks import (
    SpectralPeaks,
    spectral_peaks,
    with_neighbours,
)
from edge_runtime.spectrogram.stft import BLOCK

# Frames to the nearest known phase where there is none.
_NOWHERE = 1e6
# Known bins below and above the mask that show which peaks reach out of it.
_MARGIN = 4


def bridged_start(
    magnitude: NDArray[np.floating],
    spectrum: NDArray[np.complexfloating],
    mask: NDArray[np.bool_],
    hop_length: int,
) -> Iterator[NDArray[np.complex128]]:
    """Directions inside a mask that go on from what is known on all sides.

    Peaks are followed forward from the frames before the mask and backward from those
    after it. Where both meet, their difference is spread over the way between: so the
    phases at both ends hold, and correct the frequency. Beside a box, a peak that
    reaches out of it has the phase of its known part.

    Args:
        magnitude: Float array of shape `(channels, frames, n_fft // 2 + 1)`. Read
            inside the mask only.
        spectrum: Complex array of the same shape. Read outside the mask only.
        mask: Bool array of shape `(frames, n_fft // 2 + 1)`, true where phase is wanted
            in at least one bin.
        hop_length: Step between frames, in samples.

    Yields:
        Directions of the frames that the mask touches, from the first to the last,
        `BLOCK` at a time: complex128 arrays of shape
        `(channels, frames, n_fft // 2 + 1)`, without meaning outside the mask.
    """
    box = _Box(magnitude, spectrum, mask, hop_length)
    parts = [box.part(first, last) for first, last in box.cuts()]
    counts = np.cumsum([0, *(len(part.slope) for part in parts)])
    bounds = np.concatenate(
        [*(part.first[:-1] + at for part, at in zip(parts, counts[:-1], strict=True))]
        + [counts[-1:]]
    )
    ways = []
    for backward in (False, True):
        links = [part.ways[backward] for part in parts]
        nothing = np.zeros((len(spectrum), 1), np.complex128)
        phases = np.concatenate([*(link.phases for link in links), nothing], axis=1)
        parent = np.concatenate(
            [
                np.where(link.has_parent, link.parent + at, counts[-1])
                for link, at in zip(links, counts[:-1], strict=True)
            ]
        )
        carried(phases, parent, bounds, backward=backward)
        ways.append(phases[:, :-1])
    phases = _between(*ways)
    for part, at in zip(parts, counts[:-1], strict=True):
        own = phases[:, at : at + len(part.slope)] - part.slope
        turns = np.ones((len(spectrum), *part.wanted), np.complex128)
        for turn, of_peaks in zip(turns, own, strict=True):
            turn[:, box.bins] = directions(of_peaks.take(part.region) + part.phase)
        yield turns


def _between(
    forward: NDArray[np.complex128], backward: NDArray[np.complex128]
) -> NDArray[np.float64]:
    """Phases from both sides, each the more the nearer its side is.

    Args:
        forward: Phases `(channels, peaks)` and, as imaginary parts, the frames to
            where they are known.
        backward: The same from the other side.
    """
    ahead, behind = forward[0].imag, backward[0].imag
    share = ahead / np.maximum(ahead + behind, 1.0)
    share[(ahead >= _NOWHERE) & (behind >= _NOWHERE)] = 0.0
    gap = backward.real - forward.real
    gap -= 2.0 * np.pi * np.rint(gap / (2.0 * np.pi))
    phases: NDArray[np.float64] = forward.real + share * gap
    return phases


@dataclass(frozen=True, eq=False)
class _Way:
    """What the peaks of a part go on from, on one way.

    Attributes:
        phases: Phase from the parent and, as imaginary part, frames from there, shape
            `(channels, peaks)`.
        parent: Number of the parent, counted from the part's first peak.
        has_parent: Whether there is one; otherwise the phase stands for itself.
    """

    phases: NDArray[np.complex128]
    parent: NDArray[np.intp]
    has_parent: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class _Part:
    """Some frames of the box.

    Attributes:
        first: Number of the first peak of every frame, counted from the part's first.
        slope: Phase of each peak over the first bin.
        ways: Forward and backward.
        wanted: Number of frames that the mask touches, and of all bins.
        region: Number of the peak that every bin belongs to, for these frames.
        phase: Phase of every bin over the first bin, as the transform counts it.
    """

    first: NDArray[np.intp]
    slope: NDArray[np.float64]
    ways: tuple[_Way, _Way]
    wanted: tuple[int, int]
    region: NDArray[np.intp]
    phase: NDArray[np.float64]


class _Box:
    """The frames and bins of a mask, and those beside it.

    Attributes:
        bins: The bins.
    """

    def __init__(
        self,
        magnitude: NDArray[np.floating],
        spectrum: NDArray[np.complexfloating],
        mask: NDArray[np.bool_],
        hop_length: int,
    ) -> None:
        frames, bins = mask.shape
        self._sizes = {"n_fft": 2 * (bins - 1), "hop_length": hop_length}
        touched, columns = touched_frames(mask), touched_frames(mask.T)
        self._touched, self._num_bins = touched, bins
        self._frames = slice(max(0, touched.start - 1), min(frames, touched.stop + 1))
        self.bins = slice(
            max(0, columns.start - _MARGIN), min(bins, columns.stop + _MARGIN)
        )
        self._magnitude, self._spectrum, self._mask = magnitude, spectrum, mask

    def cuts(self) -> Iterator[tuple[int, int]]:
        """First frame and past the last frame of parts that hold a block each."""
        for start in range(self._touched.start, self._touched.stop, BLOCK):
            first, last = start, start + BLOCK
            if first == self._touched.start:
                first = self._frames.start
            if last >= self._touched.stop:
                last = self._frames.stop
            yield first, last

    def part(self, first: int, last: int) -> _Part:
        """Look at the peaks of some frames and at the frames beside them."""
        start, stop = (
            max(self._frames.start, first - 1),
            min(self._frames.stop, last + 1),
        )
        peaks = spectral_peaks(self._joint(start, stop), **self._sizes)
        begin, end = first - start, last - start
        own = slice(int(peaks.first[begin]), int(peaks.first[end]))
        known = KnownBins(
            self._spectrum[:, start:stop, self.bins],
            ~self._mask[start:stop, self.bins],
            self.bins.start,
        )
        anchors = known.anchors(peaks, own)
        ways = [
            self._way(peaks, own, direction, known, anchors) for direction in (1, -1)
        ]
        wanted = slice(
            max(first, self._touched.start) - start,
            min(last, self._touched.stop) - start,
        )
        phase = peaks.slope[wanted].copy()
        phase[:, 1 - self.bins.start % 2 :: 2] += np.pi
        return _Part(
            first=peaks.first[begin : end + 1] - own.start,
            slope=peaks.slope.reshape(-1)[peaks.places[own]],
            ways=(ways[0], ways[1]),
            wanted=(wanted.stop - wanted.start, self._num_bins),
            region=peaks.region[wanted] - own.start,
            phase=phase,
        )

    def _joint(self, start: int, stop: int) -> NDArray[np.float64]:
        """Magnitude of some frames and one more on each side, of all channels."""
        first = max(self._frames.start, start - 1)
        frames = slice(first, min(self._frames.stop, stop + 1))
        inside = self._mask[frames, self.bins]
        magnitude = self._magnitude[:, frames, self.bins].astype(np.float64)
        known = self._spectrum[:, frames, self.bins]
        for each, heard in zip(magnitude, known, strict=True):
            each[~inside] = np.abs(heard[~inside].astype(np.complex128))
        return with_neighbours(joint_magnitude(magnitude), start - first, stop - first)

    def _way(
        self,
        peaks: SpectralPeaks,
        own: slice,
        direction: int,
        known: KnownBins,
        anchors: NDArray[np.intp],
    ) -> _Way:
        """Where phases come from if they are followed in one direction."""
        links = peak_links(
            peaks, own, direction, first_bin=self.bins.start, **self._sizes
        )
        here, slope = peaks.places[own], peaks.slope.reshape(-1)
        level = peaks.magnitude.reshape(-1)[links.places]
        level[links.places == here] = 0.0  # there is no frame beside it
        is_known = known.bins[links.places]
        # Neither has what is silent a phase.
        begins = (level == 0.0) & (is_known | (links.places == here))
        anchored = anchors >= 0
        phases = np.empty((len(known.spectrum), len(here)), np.complex128)
        phases.real, phases.imag = links.step + links.shift, 1.0
        for places, step, frames, sources in (
            (is_known, links.step, 1.0, links.places),
            (begins, slope[here], _NOWHERE, None),
            (anchored, slope[here] - slope[anchors], 0.0, anchors),
        ):
            chosen = np.flatnonzero(places)
            phases[:, chosen] = step[chosen] + 1j * frames
            if sources is not None:
                phases[:, chosen] += known.phases(sources[chosen])
        # A peak that hangs on another has its phase, but for the way between them.
        roots = peak_roots(peaks, own, level, anchored)
        phases.real -= slope[here]
        phases = phases.take(roots, axis=1)
        phases.real += slope[here]
        has_parent = ~(is_known | begins | anchored)[roots]
        return _Way(phases, links.parent[roots] - own.start, has_parent)
