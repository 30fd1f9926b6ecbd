"""Decibels re full scale, scaled to [0, 1]: 0 is the floor, 1 a sine of amplitude 1."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edge_runtime.spectrogram.representation import Sampling
from edge_runtime.spectrogram.stft import hann_window

# Values no further above the floor are silence: a decoder ends a little beside it, and
# all that is quiet would hiss. With 0, 0.2, 0.4 and 0.8 dB the mean log-mel distance of
# 24 decoded notes is 4.51, 1.36, 1.36 and 1.38 dB.
SILENT_DB = 0.5


def full_scale(n_fft: int) -> float:
    """Magnitude at which a sine of amplitude 1 peaks: half the sum of the window."""
    return float(hann_window(n_fft).sum(dtype=np.float64)) / 2.0


def power_of(spectrum: NDArray[np.complexfloating]) -> NDArray[np.float32]:
    """Squared magnitudes of a complex spectrum."""
    power: NDArray[np.float32] = np.square(spectrum.real, dtype=np.float32)
    power += np.square(spectrum.imag, dtype=np.float32)
    return power


def scaled_from_power(
    power: NDArray[np.float32], settings: Sampling
) -> NDArray[np.float32]:
    """Power in the units of `stft`, as decibels scaled to [0, 1]."""
    loudest = full_scale(settings.n_fft) ** 2
    # A hundredth of the floor keeps the logarithm finite and still clips to 0.
    quietest = loudest * 10.0 ** (settings.floor_db / 10.0 - 2.0)
    share = np.maximum(power, np.float32(quietest)) / np.float32(loudest)
    # Float32 logarithms differ between processors, rounded float64 ones do not.
    scaled = np.log(share, dtype=np.float64)
    scaled *= -10.0 / np.log(10.0) / settings.floor_db
    scaled += 1.0
    return np.clip(scaled, 0.0, 1.0, out=scaled).astype(np.float32)


def db_from_scaled(
    scaled: NDArray[np.floating], settings: Sampling
) -> NDArray[np.float32]:
    """Values in [0, 1], others clipped, as decibels in `[floor_db, 0]`."""
    clipped: NDArray[np.float32] = np.clip(np.asarray(scaled, np.float32), 0.0, 1.0)
    db: NDArray[np.float32] = (1.0 - clipped) * np.float32(settings.floor_db)
    return db


def magnitude_from_scaled(
    scaled: NDArray[np.floating], settings: Sampling
) -> NDArray[np.float32]:
    """Values in [0, 1] as magnitudes in the units of `stft`; 0 in silence."""
    # As for the logarithm: in float64, and rounded.
    wide = db_from_scaled(scaled, settings).astype(np.float64)
    wide *= np.log(10.0) / 20.0
    np.exp(wide, out=wide)
    wide *= full_scale(settings.n_fft)
    magnitude: NDArray[np.float32] = wide.astype(np.float32)
    magnitude[is_silent(scaled, settings)] = 0.0
    return magnitude


def is_silent(scaled: NDArray[np.floating], settings: Sampling) -> NDArray[np.bool_]:
    """Which values are no further above the floor than a decoder is beside it."""
    silent: NDArray[np.bool_] = scaled <= -SILENT_DB / settings.floor_db
    return silent
