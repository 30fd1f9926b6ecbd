"""The one description of how sound becomes a spectrogram; it travels in the bundle."""

from __future__ import annotations

from dataclasses import dataclass

from edge_runtime.spectrogram.representation import Representation
from edge_runtime.spectrogram.representation_table import REPRESENTATIONS


@dataclass(frozen=True)
class SpectrogramSettings:
    """How audio becomes what a network sees, and back.

    Attributes:
        representation: `"log_magnitude"`: dB re full scale, linear frequency;
            `"log_mel"`: the same in mel bands, narrow below and wide above;
            `"magnitude_if"`: the first, and instantaneous frequency as a second
            channel, which makes a phase; `"warped"`: the first in bands that do not
            overlap, one bin wide below and eight on top (see `warped`).
        sample_rate: Rate the model works at, in Hz. Other audio is resampled.
        n_fft: Window (periodic Hann) and FFT length, in samples. A power of two.
        hop_length: Step between frames, in samples. Must divide `n_fft`.
        n_mels: Of `"log_mel"`: number of bands, from 0 Hz to half the sample rate.
        floor_db: Everything quieter counts as this, in dB below full scale (a sine of
            amplitude 1). The floor maps to 0, full scale to 1.

    Raises:
        ValueError: If a field is out of range; the message names it.
    """

    representation: str = "log_magnitude"
    sample_rate: int = 16000
    n_fft: int = 1024
    hop_length: int = 256
    floor_db: float = -80.0
    n_mels: int | None = None

    def __post_init__(self) -> None:
        if self.representation not in REPRESENTATIONS:
            raise ValueError(
                f"Unknown representation {self.representation!r}. "
                f"Expected one of {', '.join(REPRESENTATIONS)}."
            )
        if self.sample_rate < 1000:
            raise ValueError(
                f"sample_rate must be 1000 Hz or more. Received: {self.sample_rate}."
            )
        if self.n_fft < 16 or self.n_fft & (self.n_fft - 1):
            raise ValueError(
                f"n_fft must be a power of two, 16 or more. Received: {self.n_fft}."
            )
        if self.hop_length < 1 or self.n_fft % self.hop_length:
            raise ValueError(
                "hop_length must divide n_fft. "
                f"Received: hop_length={self.hop_length}, n_fft={self.n_fft}."
            )
        if self.hop_length > self.n_fft // 4:
            raise ValueError(
                "hop_length must be at most a quarter of n_fft, so that frames overlap "
                f"enough. Received: hop_length={self.hop_length}, n_fft={self.n_fft}."
            )
        if not -200.0 <= self.floor_db <= -20.0:
            raise ValueError(
                f"floor_db must lie in [-200, -20]. Received: {self.floor_db}."
            )
        self.shown_as.check(self)

    @property
    def shown_as(self) -> Representation:
        """The representation itself, which `representation` names."""
        return REPRESENTATIONS[self.representation]

    @property
    def num_bins(self) -> int:
        """Frequency bins the network sees."""
        return self.shown_as.num_bins(self)

    @property
    def num_channels(self) -> int:
        """Channels of a spectrogram; the first is always level."""
        return self.shown_as.num_channels

    @property
    def frames_before(self) -> int:
        """Earlier frames that a frame's values depend on."""
        return self.shown_as.frames_before

    @property
    def frames_per_second(self) -> float:
        """Frames in one second of sound."""
        return self.sample_rate / self.hop_length
