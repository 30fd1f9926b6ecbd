"""The representation `log_magnitude`: decibels of the bins of the transform."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edge_runtime.spectrogram.decibels import (
    magnitude_from_scaled,
    power_of,
    scaled_from_power,
)
from edge_runtime.spectrogram.representation import Representation, Sampling


class LogMagnitude(Representation):
    """Level in bins of equal width.

    The Nyquist bin is left out, so that the number of bins is a power of two.
    """

    def num_bins(self, settings: Sampling) -> int:
        return settings.n_fft // 2

    def from_spectrum(
        self, spectrum: NDArray[np.complexfloating], settings: Sampling
    ) -> NDArray[np.float32]:
        power = power_of(spectrum[:, : self.num_bins(settings)])
        return scaled_from_power(power, settings)[:, :, np.newaxis]

    def to_magnitude(
        self, spectrogram: NDArray[np.floating], settings: Sampling
    ) -> NDArray[np.float32]:
        seen = magnitude_from_scaled(spectrogram[:, :, 0], settings)
        return np.pad(seen, ((0, 0), (0, 1)))  # the Nyquist bin

    def band_widths(self, settings: Sampling) -> NDArray[np.intp] | None:
        return np.ones(self.num_bins(settings), np.intp)

    def place_from_hz(self, frequency: float, settings: Sampling) -> float:
        return frequency * settings.n_fft / settings.sample_rate

    def hz_from_place(self, place: float, settings: Sampling) -> float:
        return place * settings.sample_rate / settings.n_fft
