"""Samples of a large file that stay in the file until they are looked at."""

from __future__ import annotations

import mmap
import os
from typing import Any

import numpy as np
from numpy.typing import NDArray


class MappedSamples:
    """A private mapping of a file's samples: changes stay here, pages come and go.

    Args:
        descriptor: Open file; it may be closed afterwards.
        dtype: Type of a sample as stored.
        offset: Where the samples begin, in bytes.
        shape: `(samples, channels)`.

    Attributes:
        array: The samples, of this shape.
    """

    def __init__(
        self, descriptor: int, dtype: np.dtype[Any], offset: int, shape: tuple[int, int]
    ) -> None:
        self._descriptor = os.dup(descriptor)
        self._dtype, self._offset, self._shape = dtype, offset, shape
        self._map = mmap.mmap(self._descriptor, 0, access=mmap.ACCESS_COPY)
        count = shape[0] * shape[1]
        self.array: NDArray[Any] = np.frombuffer(
            self._map, dtype, count, offset
        ).reshape(shape)
        self._changed: tuple[int, int] | None = None  # in bytes, first and past last

    def __del__(self) -> None:
        os.close(self._descriptor)

    def copied(self) -> MappedSamples:
        """The same samples in a mapping of its own: only changed ones take memory."""
        copy = MappedSamples(self._descriptor, self._dtype, self._offset, self._shape)
        if self._changed is not None:
            row = self._dtype.itemsize * self._shape[1]
            start, stop = ((at - self._offset) // row for at in self._changed)
            copy.put(start, self.array[start:stop])
        return copy

    def put(self, first: int, part: NDArray[Any]) -> None:
        """Change some samples; the pages from the first to the last change stay.

        Args:
            first: Number of the first sample to change.
            part: New samples, shape `(length, channels)`.
        """
        self.array[first : first + len(part)] = part
        row = self._dtype.itemsize * self._shape[1]
        start = self._offset + first * row
        changed = start, start + len(part) * row
        if self._changed is not None:
            changed = (
                min(changed[0], self._changed[0]),
                max(changed[1], self._changed[1]),
            )
        self._changed = changed

    def forget(self) -> None:
        """Give pages that only repeat the file back to the system, if it has a way."""
        if not hasattr(self._map, "madvise"):
            return
        whole = len(self._map)
        start, stop = self._changed or (whole, whole)
        before = start // mmap.PAGESIZE * mmap.PAGESIZE
        after = -(-stop // mmap.PAGESIZE) * mmap.PAGESIZE
        if before > 0:
            self._map.madvise(mmap.MADV_DONTNEED, 0, before)
        if after < whole:
            self._map.madvise(mmap.MADV_DONTNEED, after, whole - after)
