"""What a decoder gives: a spectrogram, and how much of it the decoder does not know.

The mean of decibels is a flat level; texture makes noise of it where the decoder is
unsure.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_runtime.errors import UsageError
from edge_runtime.spectrogram.decibels import is_silent
from edge_runtime.spectrogram.features import magnitude_of, silence
from edge_runtime.spectrogram.noise import noise_power
from edge_runtime.spectrogram.representation_table import REPRESENTATIONS
from edge_runtime.spectrogram.settings import SpectrogramSettings
from edge_runtime.spectrogram.spread import spread_from_raw
from edge_runtime.spectrogram.texture import with_texture


@dataclass(frozen=True, eq=False)
class Decoded:
    """A decoded spectrogram. A slice of it is that of some frames.

    Attributes:
        spectrogram: Float32 array of shape `(frames, bins, channels)`: the mean of
            each value.
        spread: Float32 array of the same shape: standard deviation of each value, in
            the same scale; times `-floor_db` it is in dB. `None`: the model does not
            say.

    Example:

    >>> outputs = np.zeros((4, 2, 2), np.float32)
    >>> decoded = decoded_from(outputs, has_spread=True)[1:]
    >>> decoded.spectrogram.shape, round(float(decoded.spread.max()), 3)
    ((3, 2, 1), 0.03)
    """

    spectrogram: NDArray[np.float32]
    spread: NDArray[np.float32] | None = None

    def __getitem__(self, frames: slice) -> Decoded:
        spread = None if self.spread is None else self.spread[frames]
        return Decoded(self.spectrogram[frames], spread)

    def silenced(self, places: NDArray[np.bool_]) -> Decoded:
        """The same with silence at some places, `(frames, bins)`."""
        at = places[:, :, np.newaxis]
        spectrogram = np.where(at, silence(self.spectrogram.shape), self.spectrogram)
        spread = None if self.spread is None else np.where(at, 0.0, self.spread)
        return Decoded(spectrogram, spread)


def decoded_from(outputs: NDArray[np.float32], *, has_spread: bool) -> Decoded:
    """Tell mean and spread apart.

    Args:
        outputs: What a decoder gives, shape `(frames, bins, channels)`; with a spread
            of twice the channels, the second half raw.
        has_spread: Whether there is one, see `Bundle.has_spread`.
    """
    if not has_spread:
        return Decoded(outputs)
    channels = outputs.shape[-1] // 2
    return Decoded(outputs[..., :channels], spread_from_raw(outputs[..., channels:]))


def check_texture(texture: float) -> None:
    """Refuse a strength of texture outside [0, 1].

    Raises:
        UsageError: If it is.
    """
    if not 0.0 <= texture <= 1.0:
        raise UsageError(f"texture must lie in [0, 1]. Received: {texture}.")


def silent_places(
    decoded: Decoded, settings: SpectrogramSettings
) -> NDArray[np.bool_] | None:
    """Where a decoder hears silence and texture may put a background.

    Args:
        decoded: What the decoder gave.
        settings: How sound became a spectrogram.

    Returns:
        Bool array of shape `(frames, n_fft // 2 + 1)`; `None` for a model that gets no
        texture.
    """
    widths = REPRESENTATIONS[settings.representation].band_widths(settings)
    if decoded.spread is None or widths is None:
        return None
    silent = np.repeat(
        is_silent(decoded.spectrogram[:, :, 0], settings), widths, axis=1
    )
    above = settings.n_fft // 2 + 1 - silent.shape[1]
    return np.pad(silent, ((0, 0), (0, above)), constant_values=True)


def textured_magnitude(
    decoded: Decoded,
    settings: SpectrogramSettings,
    *,
    texture: float,
    seed: int,
    first_frame: int,
    background: NDArray[np.float32] | None = None,
    bins: range | None = None,
) -> NDArray[np.float32]:
    """Linear magnitude of what was decoded, with texture where it is noise.

    The noise is a function of seed and frame: any part of a sound gets that of the
    whole.

    Args:
        decoded: What the decoder gave.
        settings: How sound became a spectrogram.
        texture: How much, in [0, 1]; 0, or a model that does not say its spread: none.
        seed: Of the noise.
        first_frame: Number of the first frame in the sound.
        background: Magnitude of the noise that goes on where the model hears silence,
            of shape `(frames, n_fft // 2 + 1)`. Defaults to `None`: silence is silent.
        bins: Bins that are wanted with their texture. Defaults to `None`: all.

    Returns:
        Float32 array of shape `(frames, n_fft // 2 + 1)`, in the units of `stft`.
    """
    smooth = magnitude_of(decoded.spectrogram, settings)
    widths = REPRESENTATIONS[settings.representation].band_widths(settings)
    wanted = range(smooth.shape[1]) if bins is None else bins
    if decoded.spread is None or widths is None or texture == 0.0 or not wanted:
        return smooth
    noise = noise_power(
        seed,
        first_frame,
        first_frame + len(smooth),
        n_fft=settings.n_fft,
        hop_length=settings.hop_length,
    )
    spread_db = decoded.spread[:, :, 0] * np.float32(-settings.floor_db)
    # Whole bands; what lies above the last one goes with it.
    starts = np.concatenate([[0], np.cumsum(widths)])
    first = int(np.searchsorted(starts[1:], wanted.start, side="right"))
    last = int(np.searchsorted(starts[:-1], wanted.stop))
    stop = int(starts[last]) if last < len(widths) else smooth.shape[1]
    part, bands = slice(int(starts[first]), stop), slice(first, last)
    smooth[:, part] = with_texture(
        smooth[:, part],
        spread_db[:, bands],
        noise[:, part],
        widths[bands],
        strength=texture,
        background=None if background is None else background[:, part],
    )
    return smooth
