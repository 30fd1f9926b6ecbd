"""Crossfade between an edit and the original at the borders of the asked box.

A model's cells may reach far beyond the box. They are decoded whole; what counts of
them is faded to the original: in the spectrum from frame to frame and from bin to bin,
and once more over the samples beside the box, so that all others stay bit-identical.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edge_runtime.spectrogram.region import Region
from edge_runtime.spectrogram.settings import SpectrogramSettings

# Samples change up to so far beyond a box, in s: a window of 64 ms is nearly silent
# further from its centre.
REACH_S = 0.025
# What is said to be inaudible is never changed, in Hz.
LOWEST_HZ = 20.0


def frame_weights(
    region: Region,
    settings: SpectrogramSettings,
    frames: range,
    duration: float,
) -> NDArray[np.float32]:
    """How much of an edit counts in each frame.

    Args:
        region: The box.
        settings: Spectrogram settings of the model.
        frames: Numbers of the frames.
        duration: Length of the sound, in s. Its ends are no borders.

    Returns:
        Float32 array of shape `(frames,)`: 1 inside, 0.5 at the border, and 0 from one
        hop beyond it on.

    Example:

    >>> box = Region(0.032, 0.08, 0.0, 8000.0)
    >>> settings = SpectrogramSettings(sample_rate=16000, hop_length=256)
    >>> frame_weights(box, settings, range(0, 5), 4.0).round(2).tolist()
    [0.0, 0.0, 0.5, 1.0, 1.0]
    """
    hop_s = settings.hop_length / settings.sample_rate
    return _inside(
        np.arange(frames.start, frames.stop, dtype=np.float64),
        region.start_s / hop_s if region.start_s > 0.0 else None,
        region.end_s / hop_s if region.end_s < duration else None,
    )


def bin_weights(region: Region, settings: SpectrogramSettings) -> NDArray[np.float32]:
    """How much of an edit counts in each bin of the transform, `(n_fft // 2 + 1,)`.

    As `frame_weights`, with one bin for one hop; the Nyquist frequency is no border.
    """
    bin_hz = settings.sample_rate / settings.n_fft
    nyquist = settings.sample_rate / 2
    return _inside(
        np.arange(settings.n_fft // 2 + 1, dtype=np.float64),
        region.low_hz / bin_hz if region.low_hz > 0.0 else None,
        region.high_hz / bin_hz if region.high_hz < nyquist else None,
    )


def audible_bins(settings: SpectrogramSettings) -> NDArray[np.bool_]:
    """Bins of the transform that lie at 20 Hz or above, `(n_fft // 2 + 1,)`."""
    hertz = np.arange(settings.n_fft // 2 + 1) * settings.sample_rate / settings.n_fft
    audible: NDArray[np.bool_] = hertz >= LOWEST_HZ
    return audible


def sample_fade(
    region: Region, sample_rate: int, samples: range, duration: float
) -> NDArray[np.float32]:
    """How much of an edit counts in each sample.

    Args:
        region: The box.
        sample_rate: Rate of the sound, in Hz.
        samples: Numbers of the samples.
        duration: Length of the sound, in s. Its ends are no borders.

    Returns:
        Float32 array of shape `(samples,)`: 1 inside, and exactly 0 from 25 ms beyond
        the box on.
    """
    times = np.arange(samples.start, samples.stop, dtype=np.float64) / sample_rate
    weights = np.ones(len(samples), np.float32)
    if region.start_s > 0.0:
        weights *= _raised((times - region.start_s) / REACH_S + 1.0)
    if region.end_s < duration:
        weights *= _raised((region.end_s - times) / REACH_S + 1.0)
    return weights


def _inside(
    places: NDArray[np.float64], low: float | None, high: float | None
) -> NDArray[np.float32]:
    """Weights over places, from one before a border to one after it."""
    weights = np.ones(len(places), np.float32)
    if low is not None:
        weights *= _raised((places - low + 1.0) / 2.0)
    if high is not None:
        weights *= _raised((high - places + 1.0) / 2.0)
    return weights


def _raised(share: NDArray[np.float64]) -> NDArray[np.float32]:
    """Raised cosine from 0 to 1 while `share` goes from 0 to 1."""
    raised = (share >= 1.0).astype(np.float32)
    between = np.flatnonzero((share > 0.0) & (share < 1.0))
    raised[between] = np.square(np.sin(share[between] * (np.pi / 2)))
    return raised
