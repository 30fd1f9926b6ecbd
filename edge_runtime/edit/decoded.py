"""What a decoder gives: a spectrogram, and how much of it the decoder does not know."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_runtime.spectrogram.spread import spread_from_raw


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
