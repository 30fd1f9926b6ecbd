"""Phases of a whole sound, carried along its spectral peaks from frame to frame."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edge_runtime.phase.directions import directions
from edge_runtime.phase.peak_links import carried, peak_links, peak_roots
from edge_runtime.phase.spectral_peaks import spectral_peaks, with_neighbours


def joint_magnitude(magnitude: NDArray[np.float64]) -> NDArray[np.float64]:
    """Magnitude `(frames, bins)` of all channels `(channels, frames, bins)` together.

    Its peaks are followed for all of them: channels that each followed their own would
    drift apart.
    """
    if len(magnitude) == 1:
        joint: NDArray[np.float64] = magnitude[0]
    else:
        joint = np.sqrt(np.square(magnitude).sum(axis=0))
    return joint


class ForwardPhase:
    """Gives the frames of a sound phases that go on from each other, in streaming.

    A peak goes on with the frequency that its lobe shows, the bins around it keep the
    phases that its group delay gives them, and peaks that begin together begin in
    phase. Each frame depends on the one before it and needs the one after it; so blocks
    of any lengths give the same numbers.

    Args:
        n_fft: Window length, in samples.
        hop_length: Step between frames, in samples. Must divide `n_fft`.

    Example: a partial of 2.5 bins turns by 2.5 quarters from frame to frame.

    >>> forward = ForwardPhase(n_fft=16, hop_length=4)
    >>> magnitude = np.tile([0.0, 0.2, 1.0, 1.0, 0.2, 0.0, 0.0, 0.0, 0.0], (2, 1))
    >>> turns = forward.add(magnitude)
    >>> float(np.angle(turns[1, 2] / turns[0, 2]).round(3)), round(-3 * np.pi / 4, 3)
    (-2.356, -2.356)
    """

    def __init__(self, n_fft: int, hop_length: int) -> None:
        self._sizes = {"n_fft": n_fft, "hop_length": hop_length}
        # The last two frames, and the phases of the peaks of the last one.
        self._before = np.zeros((0, n_fft // 2 + 1))
        self._phases = np.zeros((1, 0))

    def add(
        self,
        magnitude: NDArray[np.float64],
        after: NDArray[np.float64] | None = None,
    ) -> NDArray[np.complex128]:
        """Directions of the next frames.

        Args:
            magnitude: Their `joint_magnitude`, shape `(frames, n_fft // 2 + 1)`.
            after: The frame that follows them, shape `(n_fft // 2 + 1,)`. Defaults to
                `None`: the sound ends.

        Returns:
            Complex128 array of the shape of `magnitude`, of magnitude 1.
        """
        known = len(self._before)
        around = [self._before, magnitude]
        if after is not None:
            around.append(after[np.newaxis])
        frames = np.concatenate(around)
        first, last = max(0, known - 1), known + len(magnitude)
        peaks = spectral_peaks(with_neighbours(frames, first, last), **self._sizes)
        own = slice(int(peaks.first[known - first]), len(peaks.places))
        links = peak_links(peaks, own, 1, first_bin=0, **self._sizes)
        level = peaks.magnitude.reshape(-1)[links.places]
        here = peaks.slope.reshape(-1)[peaks.places]
        parent, phase = links.parent, links.step + links.shift
        if not known:
            begin = slice(0, int(peaks.first[1]))
            level[begin], phase[begin], parent[begin] = 0.0, here[begin], own.stop
        roots = peak_roots(peaks, own, level)
        phases = np.zeros((1, own.stop + 1))
        phases[:, : own.start] = self._phases
        phases[:, own] = phase[roots] + here[own] - here[own][roots]
        parents = np.concatenate([np.zeros(own.start, np.intp), parent[roots]])
        bounds = peaks.first[known - first :]
        carried(phases, parents, bounds)
        self._before = frames[max(0, last - 2) : last]
        self._phases = phases[:, bounds[-2] : bounds[-1]]
        return directions(peaks.spread(phases[0, :-1], slice(known - first, None)))
