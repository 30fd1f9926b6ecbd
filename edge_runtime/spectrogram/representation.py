"""What a representation is: how a spectrum becomes what a network sees, and back."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from edge_runtime.spectrogram.instantaneous_frequency import PhaseSteps


class Sampling(Protocol):
    """The numbers that a representation works with, see `SpectrogramSettings`."""

    @property
    def representation(self) -> str:
        """Name of the representation."""
        ...

    @property
    def sample_rate(self) -> int:
        """In Hz."""
        ...

    @property
    def n_fft(self) -> int:
        """Length of the transform, in samples."""
        ...

    @property
    def hop_length(self) -> int:
        """From one frame to the next, in samples."""
        ...

    @property
    def floor_db(self) -> float:
        """Level shown as 0, in dB re full scale."""
        ...

    @property
    def n_mels(self) -> int | None:
        """Mel bands, where there are any."""
        ...


class Representation(ABC):
    """One way to show a sound to a network; `representation_table` names them all.

    Its first channel is always level: decibels scaled to [0, 1].

    Attributes:
        num_channels: Channels of a spectrogram.
        frames_before: Earlier frames that a frame's values depend on.
        has_phase: Whether it says how the phase goes on, see `phase_steps`.
        has_equal_bins: Whether all bins are equally wide in Hz.
    """

    num_channels = 1
    frames_before = 0
    has_phase = False
    has_equal_bins = True

    def check(self, settings: Sampling) -> None:
        """Refuse settings that this representation cannot work with.

        Raises:
            ValueError: If there are any; the message names the field.
        """
        if settings.n_mels is not None:
            raise ValueError(misplaced_mels(settings))

    @abstractmethod
    def num_bins(self, settings: Sampling) -> int:
        """Frequency bins that the network sees."""

    @abstractmethod
    def from_spectrum(
        self, spectrum: NDArray[np.complexfloating], settings: Sampling
    ) -> NDArray[np.float32]:
        """Spectrogram `(frames, num_bins, num_channels)` in [0, 1].

        Args:
            spectrum: Complex array of shape `(frames, n_fft // 2 + 1)`.
            settings: How sound becomes a spectrogram.
        """

    @abstractmethod
    def to_magnitude(
        self, spectrogram: NDArray[np.floating], settings: Sampling
    ) -> NDArray[np.float32]:
        """Magnitudes `(frames, n_fft // 2 + 1)` in the units of `stft`.

        Args:
            spectrogram: Shape `(frames, num_bins, num_channels)`.
            settings: How sound became the spectrogram.
        """

    def band_widths(self, settings: Sampling) -> NDArray[np.intp] | None:
        """Bins of the transform in each band, upwards; `None` if bands overlap."""
        return None

    def phase_steps(
        self, spectrogram: NDArray[np.floating], settings: Sampling
    ) -> PhaseSteps | None:
        """How the phase goes on; `None` where the representation is level alone."""
        return None

    @abstractmethod
    def place_from_hz(self, frequency: float, settings: Sampling) -> float:
        """Place of a frequency among the bins: their number, with a fraction."""

    @abstractmethod
    def hz_from_place(self, place: float, settings: Sampling) -> float:
        """The inverse of `place_from_hz`."""


def misplaced_mels(settings: Sampling) -> str:
    """What to say where `n_mels` is missing, or has no meaning."""
    return (
        "n_mels goes with representation='log_mel', which needs it. "
        f"Received: {settings.representation!r}, n_mels={settings.n_mels}."
    )
