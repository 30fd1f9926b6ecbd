"""Texture: magnitudes that vary as those of noise do, where the decoder is unsure.

A decoder that has learned means of decibels draws noise as a flat level, quieter than
the noise was. Its spread says by how much the level varies around the mean. So the
level of each band follows that of real noise, brought to mean 0 and deviation 1 and
multiplied by the spread: in time and in frequency it then moves as noise does, and
never more. Where the spread is small, as in a partial, the level stays smooth.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# Level of white noise under a Hann window, in dB of its mean power, averaged over 1, 2,
# 4 and 8 neighbouring bins: mean and deviation. For one bin they are those of
# Rayleigh's distribution, -10 gamma / ln 10 and 10 pi / (sqrt(6) ln 10). The others
# were measured on 3 million bins; neighbouring bins share a part of their noise, so the
# deviation falls more slowly than with the root of their number.
LEVELS_DB = {1: (-2.51, 5.57), 2: (-1.55, 3.97), 4: (-0.91, 2.94), 8: (-0.49, 2.12)}


def with_texture(
    magnitude: NDArray[np.float32],
    spread_db: NDArray[np.float32],
    noise: NDArray[np.float64],
    widths: NDArray[np.intp],
    *,
    strength: float = 1.0,
    background: NDArray[np.float32] | None = None,
) -> NDArray[np.float32]:
    """Give smooth magnitudes the texture of noise.

    Args:
        magnitude: Float32 array of shape `(frames, n_fft // 2 + 1)`; bins of one band
            have the same value.
        spread_db: Float32 array of shape `(frames, num_bins)`: standard deviation of
            the level of each band, in dB.
        noise: Power of white noise, 1 on average, float64 of the shape of `magnitude`,
            from `noise_power`.
        widths: Bins in each band, from the lowest up, of shape `(num_bins,)`; each 1,
            2, 4 or 8. The bins above the last band stay as they are.
        strength: How much of it, in [0, 1]. Defaults to `1.0`.
        background: Magnitude of the noise that goes on where `magnitude` is 0, of the
            shape of `magnitude`. Defaults to `None`: 0 stays 0.

    Returns:
        Float32 array of shape `(frames, n_fft // 2 + 1)`.

    Example:

    >>> flat, noise = np.ones((1, 3), np.float32), np.array([[1.0, 2.0, 1.0]])
    >>> one = np.ones(2, np.intp)
    >>> with_texture(flat, np.zeros((1, 2), np.float32), noise, one).tolist()
    [[1.0, 1.0, 1.0]]
    """
    starts = np.concatenate([[0], np.cumsum(widths)])
    bands = np.add.reduceat(noise[:, : starts[-1]], starts[:-1], axis=1) / widths
    mean_db, deviation_db = np.array([LEVELS_DB[int(width)] for width in widths]).T
    # What exceeds noise's own deviation is the decoder's doubt and no texture.
    band_db = (_decibels(bands) - mean_db) * np.minimum(spread_db / deviation_db, 1.0)
    # Within a band each bin has the noise's share of the band's mean power.
    gain = _from_decibels(band_db) / np.sqrt(np.maximum(bands, _LEAST_POWER))
    roots, factor = np.sqrt(noise), np.repeat(gain, widths, axis=1)
    factor *= roots[:, : starts[-1]]
    if strength != 1.0:
        factor **= strength
    textured = magnitude.copy()
    np.multiply(
        magnitude[:, : starts[-1]],
        factor,
        out=textured[:, : starts[-1]],
        casting="same_kind",
    )
    if background is not None:
        roots *= strength * background
        np.copyto(textured, roots, where=magnitude == 0.0, casting="same_kind")
    return textured


# A bin of exactly no power has no level; this is quieter than any that occurs.
_LEAST_POWER = 1e-12


def _decibels(power: NDArray[np.float64]) -> NDArray[np.float64]:
    decibels: NDArray[np.float64] = 10.0 * np.log10(np.maximum(power, _LEAST_POWER))
    return decibels


def _from_decibels(level_db: NDArray[np.float64]) -> NDArray[np.float64]:
    factor: NDArray[np.float64] = np.exp(level_db * (np.log(10.0) / 20.0))
    return factor
