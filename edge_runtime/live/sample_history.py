"""The last samples of a stream, by their number since its start."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


class SampleHistory:
    """Remembers at least the last `capacity` samples of one channel.

    Args:
        capacity: Samples to keep.

    Attributes:
        end: Number of samples appended since the start.

    Example:

    >>> history = SampleHistory(4)
    >>> history.append(np.array([1.0, 2.0, 3.0], np.float32))
    >>> history.read(-1, 2)
    array([0., 1., 2.], dtype=float32)
    """

    def __init__(self, capacity: int) -> None:
        self.end = 0
        self._capacity = capacity
        # Twice as long, so that moving the old half happens rarely.
        self._samples = np.zeros(2 * capacity, np.float32)
        self._filled = 0

    def append(self, block: NDArray[np.float32]) -> None:
        """Add samples, at most `capacity` at once."""
        if self._filled + len(block) > len(self._samples):
            kept = self._samples[self._filled - self._capacity : self._filled].copy()
            self._samples[: len(kept)] = kept
            self._filled = len(kept)
        self._samples[self._filled : self._filled + len(block)] = block
        self._filled += len(block)
        self.end += len(block)

    def read(self, start: int, stop: int) -> NDArray[np.float32]:
        """Copy of samples `start` to `stop`; before the stream there is silence.

        Raises:
            ValueError: If some of them are still to come, or forgotten.
        """
        oldest = self.end - self._filled
        if stop > self.end or max(start, 0) < oldest:
            raise ValueError(
                f"Samples {start} to {stop} were asked for; {oldest} to {self.end} "
                "are here."
            )
        result = np.zeros(stop - start, np.float32)
        first = min(max(start, 0), stop)
        inside = self._samples[first - oldest : max(stop, 0) - oldest]
        result[first - start : first - start + len(inside)] = inside
        return result
