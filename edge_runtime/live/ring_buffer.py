"""Samples handed from one thread to another, by their number since the start."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


class RingBuffer:
    """Ring that one thread writes and others read, without a lock.

    Samples are numbered from the start of the stream. The writer puts them in place
    first and then moves `written` on, so a reader that stays below `written` and within
    `capacity` of it sees whole samples.

    Args:
        capacity: Samples to keep.
        channels: Channels of a sample.

    Attributes:
        written: Samples written since the start.
    """

    def __init__(self, capacity: int, channels: int) -> None:
        self.written = 0
        self._capacity = capacity
        self._samples = np.zeros((capacity, channels), np.float32)

    def write(self, block: NDArray[np.float32]) -> None:
        """Add samples of shape `(samples, channels)`."""
        end = self.written + len(block)
        kept = block[-self._capacity :]
        first = (end - len(kept)) % self._capacity
        head = min(len(kept), self._capacity - first)
        self._samples[first : first + head] = kept[:head]
        self._samples[: len(kept) - head] = kept[head:]
        self.written = end

    def read(self, start: int, stop: int) -> NDArray[np.float32]:
        """Copy of samples `start` to `stop`; silence where they are not here.

        Not here are those before the stream, those forgotten and those to come.
        """
        result = np.zeros((stop - start, self._samples.shape[1]), np.float32)
        written = self.written
        first = max(start, 0, written - self._capacity)
        last = min(stop, written)
        if last > first:
            place = first % self._capacity
            head = min(last - first, self._capacity - place)
            inside = result[first - start : last - start]
            inside[:head] = self._samples[place : place + head]
            inside[head:] = self._samples[: last - first - head]
        return result
