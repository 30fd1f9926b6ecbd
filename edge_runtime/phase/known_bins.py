"""Known bins of a transform, and the peaks that have their phase from one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edge_runtime.phase.spectral_peaks import SpectralPeaks

# A known bin gives the peak beside it its phase if it has this share of its magnitude:
# -26 dB, inside the main lobe of the window. Side lobes have the other sign.
_MAIN_LOBE = 0.05
# Where such a bin is looked for, in bins beside the peak, the first one first.
_BESIDE = (1, -1, 2, -2)


class KnownBins:
    """The known bins of some frames.

    Args:
        spectrum: Complex array of shape `(channels, frames, bins)`. As an attribute its
            last two axes are one.
        known: Bool array of shape `(frames, bins)`.
        first_bin: Number of the first bin in the transform.

    Attributes:
        bins: Whether a bin is known, shape `(frames * bins,)`.
    """

    def __init__(
        self,
        spectrum: NDArray[np.complexfloating],
        known: NDArray[np.bool_],
        first_bin: int,
    ) -> None:
        self.spectrum = spectrum.reshape(len(spectrum), -1)
        self.bins = known.reshape(-1)
        self._row, self._first_bin = known.shape[1], first_bin

    def phases(self, places: NDArray[np.intp]) -> NDArray[np.float64]:
        """Phases in the middle of the window, shape `(channels, places)`."""
        odd = (places % self._row + self._first_bin) % 2
        phases: NDArray[np.float64] = np.pi * odd
        phases = phases + np.angle(self.spectrum[:, places].astype(np.complex128))
        return phases

    def anchors(self, peaks: SpectralPeaks, own: slice) -> NDArray[np.intp]:
        """Place of a known bin from which each peak has its phase, -1 if there is none.

        It is the peak itself or lies in its region, within its main lobe.
        """
        here, number = peaks.places[own], np.arange(own.start, own.stop)
        level, region = peaks.magnitude.reshape(-1), peaks.region.reshape(-1)
        anchors = np.full(len(here), -1)
        frames = self.bins.reshape(-1, self._row)
        has_borders = (frames.any(axis=1) & ~frames.all(axis=1)).any()
        for step in reversed(_BESIDE) if has_borders else ():
            # Beyond the frame's end lies the region of another peak.
            beside = np.clip(here + step, 0, len(level) - 1)
            near = self.bins[beside] & (region[beside] == number)
            near &= level[beside] > _MAIN_LOBE * level[here]
            anchors = np.where(near, beside, anchors)
        return np.where(self.bins[here], here, anchors)
