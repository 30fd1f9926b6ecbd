"""A passage of an edit: as it was, as the model makes it, and what that changes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_runtime.edit.level_fit import Energies
from edge_runtime.edit.stereo_image import StereoAxes
from edge_runtime.spectrogram.instantaneous_frequency import PhaseSteps


@dataclass(frozen=True, eq=False)
class Heard:
    """A part of a sound as it is before a passage is regenerated.

    Attributes:
        audio: Its samples, float32 of shape `(samples, channels)`.
        sample_rate: Their rate, in Hz.
        first_sample: Number of the first one.
        duration: Length of the whole sound, in s.
        length: Length of the part from its first cell on, in samples at the model's
            rate.
        lead: Such samples before that cell.
        spectra: Its spectrum there, complex64 `(channels, frames, n_fft // 2 + 1)`.
        first_cell: Number of its first cell along time.
    """

    audio: NDArray[np.float32]
    sample_rate: int
    first_sample: int
    duration: float
    length: int
    lead: int
    spectra: NDArray[np.complex64]
    first_cell: int


@dataclass(frozen=True, eq=False)
class Generated:
    """What the model makes of the cells of a passage.

    Attributes:
        heard: The sound that was there.
        axes: How two channels are split into what is common and the rest; `None` for
            another number of channels.
        parts: The spectra, so split.
        magnitudes: Float32 array of the same shape: what the parts become.
        steps: How the phase goes on, if the model says so.
        weights: Float32 array of shape `(frames, n_fft // 2 + 1)`: how much counts.
        energies: What tells how loud it should be.
    """

    heard: Heard
    axes: StereoAxes | None
    parts: NDArray[np.complex64]
    magnitudes: NDArray[np.float32]
    steps: PhaseSteps | None
    weights: NDArray[np.float32]
    energies: Energies


@dataclass(frozen=True, eq=False)
class Change:
    """What an edit adds to a passage.

    Attributes:
        added: Float32 array of shape `(samples, channels)`.
        touched: Bool array of shape `(samples,)`: where it can differ from 0.
        low_hz: Lowest frequency that changes, in Hz.
        high_hz: Highest frequency that changes, in Hz.
        above: Whether what lies above the model's band follows.
    """

    added: NDArray[np.float32]
    touched: NDArray[np.bool_]
    low_hz: float
    high_hz: float
    above: bool
