"""The representation `warped`: bands that widen upwards by octaves, from 1 to 8 bins.

Of `n_fft // 2` bins the lowest eighth stays as it is, where partials lie close and the
ear tells them apart; of the second eighth two bins make a band, of the second quarter
four, of the upper half eight. With 2048 samples at 44.1 kHz that is one bin (21.5 Hz)
to 2.76 kHz, two to 5.5 kHz, four to 11 kHz, eight to 22 kHz: 320 bands for 1024 bins.
Unlike mel bands they do not overlap, so that the way back needs no inversion.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from edge_runtime.spectrogram.decibels import (
    magnitude_from_scaled,
    power_of,
    scaled_from_power,
)
from edge_runtime.spectrogram.representation import Representation, Sampling

# Bins in a band, and where these bands begin and end, in 16ths of the bins.
_WIDTHS = (1, 2, 4, 8)
_EDGES = (0, 2, 4, 8, 16)
# Fewest samples of the transform: the uppermost bands must hold 8 bins.
_LEAST_N_FFT = 32


class Warped(Representation):
    """Level in bands of one to eight bins that do not overlap."""

    has_equal_bins = False

    def check(self, settings: Sampling) -> None:
        super().check(settings)
        if settings.n_fft < _LEAST_N_FFT:
            raise ValueError(
                f"representation='warped' needs n_fft of {_LEAST_N_FFT} or more. "
                f"Received: {settings.n_fft}."
            )

    def num_bins(self, settings: Sampling) -> int:
        return num_bands(settings.n_fft)

    def from_spectrum(
        self, spectrum: NDArray[np.complexfloating], settings: Sampling
    ) -> NDArray[np.float32]:
        bands = bands_from_power(power_of(spectrum))
        return scaled_from_power(bands, settings)[:, :, np.newaxis]

    def to_magnitude(
        self, spectrogram: NDArray[np.floating], settings: Sampling
    ) -> NDArray[np.float32]:
        # A bin's magnitude is that of its band, as its power is.
        return over_bins(magnitude_from_scaled(spectrogram[:, :, 0], settings))

    def band_widths(self, settings: Sampling) -> NDArray[np.intp] | None:
        return widths_of(settings.n_fft // 2)

    def place_from_hz(self, frequency: float, settings: Sampling) -> float:
        bin_number = frequency * settings.n_fft / settings.sample_rate
        return place_from_bin(bin_number, settings.n_fft)

    def hz_from_place(self, place: float, settings: Sampling) -> float:
        bin_number = bin_from_place(place, settings.n_fft)
        return bin_number * settings.sample_rate / settings.n_fft


def num_bands(n_fft: int) -> int:
    """Number of bands of a transform of `n_fft` samples.

    Example:

    >>> num_bands(2048)
    320
    """
    return n_fft // 2 * 5 // 16


def bands_from_power(power: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mean power of the bins of each band.

    Args:
        power: Float32 array of shape `(frames, n_fft // 2 + 1)`; the last bin, at the
            Nyquist frequency, is left out.

    Returns:
        Float32 array of shape `(frames, num_bands)`, in the units of `power`.

    Example:

    >>> bands_from_power(np.float32([[*range(16), 99]])).tolist()
    [[0.0, 1.0, 2.5, 5.5, 11.5]]
    """
    return np.concatenate(
        [
            _mean_of(power[:, low:high], width)
            for width, low, high in _parts(power.shape[1] - 1)
        ],
        axis=1,
    )


def over_bins(bands: NDArray[np.float32]) -> NDArray[np.float32]:
    """Value of every bin: that of its band.

    Args:
        bands: Float32 array of shape `(frames, num_bands)`.

    Returns:
        Float32 array of shape `(frames, n_fft // 2 + 1)`; 0 at the Nyquist frequency.

    Example:

    >>> over_bins(np.float32([[0, 1, 2, 3, 4]])).tolist()[0][:10]
    [0.0, 1.0, 2.0, 2.0, 3.0, 3.0, 3.0, 3.0, 4.0, 4.0]
    """
    bins = bands.shape[1] * 16 // 5
    values = np.repeat(bands, widths_of(bins), axis=1)
    return np.pad(values, ((0, 0), (0, 1)))


def place_from_bin(bin_number: float, n_fft: int) -> float:
    """Place among the bands of a place among the bins, both with fractions.

    Example:

    >>> place_from_bin(4.5, 32), place_from_bin(15.5, 32)
    (2.75, 4.5)
    """
    bins, places = _knees(n_fft)
    part = int(np.searchsorted(bins[1:-1], bin_number, side="right"))
    return places[part] + (bin_number - bins[part]) / _WIDTHS[part]


def bin_from_place(place: float, n_fft: int) -> float:
    """The inverse of `place_from_bin`."""
    bins, places = _knees(n_fft)
    part = int(np.searchsorted(places[1:-1], place, side="right"))
    return bins[part] + (place - places[part]) * _WIDTHS[part]


def widths_of(bins: int) -> NDArray[np.intp]:
    """Bins in each band, of so many bins in all.

    Example:

    >>> widths_of(16).tolist()
    [1, 1, 2, 4, 8]
    """
    parts = [np.full((high - low) // width, width) for width, low, high in _parts(bins)]
    return np.concatenate(parts)


def _parts(bins: int) -> list[tuple[int, int, int]]:
    """Width of the bands, first bin and end of each part of the scale."""
    edges = [bins * edge // 16 for edge in _EDGES]
    return list(zip(_WIDTHS, edges[:-1], edges[1:], strict=True))


@lru_cache(maxsize=8)
def _knees(n_fft: int) -> tuple[list[float], list[float]]:
    """Where the parts begin and end, in bins and in bands; a bin owns half a step."""
    bins, places = [-0.5], [-0.5]
    for width, low, high in _parts(n_fft // 2):
        bins.append(high - 0.5)
        places.append(places[-1] + (high - low) / width)
    return bins, places


def _mean_of(power: NDArray[np.float32], width: int) -> NDArray[np.float32]:
    """Mean of runs of `width` bins, added in one order on every processor."""
    total = power
    for _ in range(width.bit_length() - 1):
        total = total[:, ::2] + total[:, 1::2]
    return total * np.float32(1.0 / width)
