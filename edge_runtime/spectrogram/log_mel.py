"""Power in mel bands, and a power spectrum that has given bands."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edge_runtime.spectrogram.mel import mel_filterbank
from edge_runtime.spectrogram.settings import SpectrogramSettings

# A sine falls into three bins of a Hann window, with powers 1/4, 1 and 1/4: divided by
# their sum, a sine of amplitude 1 reaches 0 dB in a band too and never more.
_SINE_POWER = np.float32(1.5)
# Steps of the inversion. On notes (2048 samples, 256 bands, original phase) the signal
# to noise ratio is 15.9 dB after 0, 23.6 after 5, 25.5 after 20 and 25.6 after 50.
STEPS = 20
_TINY = np.float32(1e-30)


def bands_from_power(
    power: NDArray[np.float32], settings: SpectrogramSettings
) -> NDArray[np.float32]:
    """Power in each mel band, so scaled that a sine keeps its level.

    Args:
        power: Squared magnitudes of shape `(frames, n_fft // 2 + 1)`.
        settings: With `n_mels`.

    Returns:
        Float32 array of shape `(frames, n_mels)`, in the units of `power`.
    """
    bands: NDArray[np.float32] = power @ _filters(settings).T
    return bands / _SINE_POWER


def power_from_bands(
    bands: NDArray[np.float32], settings: SpectrogramSettings
) -> NDArray[np.float32]:
    """A power spectrum, nowhere negative, that has these mel bands.

    There are many: this one is found from the smooth interpolation of the bands, by the
    multiplicative updates of Lee and Seung 2000, "Algorithms for non-negative matrix
    factorization", eq. 5 (Kullback-Leibler divergence), the filters kept fixed.

    Args:
        bands: Non-negative float32 array of shape `(frames, n_mels)`, as
            `bands_from_power` gives them.
        settings: With `n_mels`.

    Returns:
        Float32 array of shape `(frames, n_fft // 2 + 1)`.
    """
    filters = _filters(settings)
    wanted = bands * _SINE_POWER
    # Interpolation: between two centres, the two triangles add up to 1.
    power: NDArray[np.float32] = (wanted / filters.sum(axis=1)) @ filters
    weights = np.maximum(filters.sum(axis=0), _TINY)
    for _ in range(STEPS):
        received = np.maximum(power @ filters.T, _TINY)
        power *= ((wanted / received) @ filters) / weights
    return power


def _filters(settings: SpectrogramSettings) -> NDArray[np.float32]:
    if settings.n_mels is None:
        raise ValueError(
            f"representation {settings.representation!r} has no mel bands."
        )
    return mel_filterbank(settings.sample_rate, settings.n_fft, settings.n_mels)
