"""Change of the sample rate of a stream: what has arrived in, what is ready out."""

from __future__ import annotations

from math import gcd

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from edge_runtime.audio.resample import ZEROS, kernel
from edge_runtime.errors import UsageError

# Weights a table may have, 8 MiB. From 44.1 to 48 kHz it takes 20,800, but between
# rates with no common divisor millions, which take seconds or longer to make.
_MOST_WEIGHTS = 1 << 20


class StreamResampler:
    """`resample` for sound that is still arriving.

    Sample `i` of the output lies at the time of input sample `i * from_rate / to_rate`;
    it is ready as soon as the last input that it depends on is there, 64 samples of the
    lower rate later. The output does not depend on how the input is cut into blocks.

    Args:
        from_rate: Rate of the input, in Hz.
        to_rate: Rate of the output, in Hz.
        channels: Channels of both.

    Raises:
        UsageError: If the rates have so little in common that the table of weights
            would be too large.
    """

    def __init__(self, from_rate: int, to_rate: int, channels: int) -> None:
        divisor = gcd(from_rate, to_rate)
        self._up, self._down = to_rate // divisor, from_rate // divisor
        longer = max(self._up, self._down)
        self._reach = -(-ZEROS * longer // self._up)
        scale = min(1.0, self._up / self._down)
        if self._up * (2 * self._reach + 2) > _MOST_WEIGHTS:
            raise UsageError(
                f"Sound of {from_rate} Hz cannot be played at {to_rate} Hz live: the "
                "rates have too little in common. Resample the file, or set the card, "
                "to a usual rate such as 44100 or 48000 Hz."
            )
        fractions = np.arange(self._up)[:, np.newaxis] / self._up
        taps = np.arange(2 * self._reach + 2)
        # A row for each place between two inputs that an output can lie at.
        self._weights = kernel((fractions + self._reach - taps) * scale) * scale
        # In float64, as `resample` adds; before the stream there is silence.
        self._held = np.zeros((self._reach, channels), np.float64)
        self._first = -self._reach  # input number of the first that is held
        self._made = 0

    def ready(self, arrived: int) -> int:
        """How many samples of output there are once so many of input have arrived.

        Example:

        >>> StreamResampler(48000, 44100, 1).ready(480)
        376
        """
        return max(0, -(-self._up * (arrived - 1 - self._reach) // self._down))

    def process(self, block: NDArray[np.floating]) -> NDArray[np.float32]:
        """Take a block in, give what has become ready, perhaps nothing.

        Args:
            block: Float array of shape `(samples, channels)`.

        Returns:
            Float32 array of shape `(ready samples, channels)`.
        """
        held = np.concatenate([self._held, block])
        stop = self.ready(self._first + len(held))
        # Of 64 bits: the product below is beyond 32 of them within minutes.
        outputs = np.arange(self._made, stop, dtype=np.int64)
        places = outputs * self._down // self._up - self._reach - self._first
        result = np.empty((len(outputs), held.shape[1]), np.float32)
        if len(outputs):
            windows = sliding_window_view(held, self._weights.shape[1], axis=0)[places]
            weights = self._weights[outputs * self._down % self._up]
            result[:] = np.matmul(windows, weights[:, :, np.newaxis])[:, :, 0]
        needed = stop * self._down // self._up - self._reach
        self._held = held[needed - self._first :]
        self._first, self._made = needed, stop
        return result
