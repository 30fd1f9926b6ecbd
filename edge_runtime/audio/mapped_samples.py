"""Samples of a large sound that stay in a file until they are looked at."""

from __future__ import annotations

import mmap
import os
import tempfile
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_runtime.errors import UserError

# Bytes that are written together.
_PIECE = 1 << 20


class MappedSamples:
    """A mapping of a file's samples, whose pages come and go.

    Args:
        descriptor: Open file; it may be closed afterwards.
        dtype: Type of a sample as stored.
        offset: Where the samples begin, in bytes.
        shape: `(samples, channels)`.
        writable: Whether changes go into the file; otherwise there can be none.
            Defaults to `False`.

    Attributes:
        array: The samples, of this shape.
    """

    def __init__(
        self,
        descriptor: int,
        dtype: np.dtype[Any],
        offset: int,
        shape: tuple[int, int],
        *,
        writable: bool = False,
    ) -> None:
        access = mmap.ACCESS_WRITE if writable else mmap.ACCESS_READ
        self._map = mmap.mmap(descriptor, 0, access=access)
        count = shape[0] * shape[1]
        self.array: NDArray[Any] = np.frombuffer(
            self._map, dtype, count, offset
        ).reshape(shape)

    @classmethod
    def blank(cls, shape: tuple[int, int], dtype: np.dtype[Any]) -> MappedSamples:
        """Samples in a nameless file of their own, where they may be changed.

        It takes as much of the disk as the samples, until nobody needs it.

        Args:
            shape: `(samples, channels)`.
            dtype: Type of a sample.

        Raises:
            UserError: If there is no room for it.
        """
        size = shape[0] * shape[1] * dtype.itemsize
        try:
            with tempfile.TemporaryFile(dir=spool_folder()) as file:
                for start in range(0, size, _PIECE):
                    file.write(bytes(min(_PIECE, size - start)))
                file.flush()
                return cls(file.fileno(), dtype, 0, shape, writable=True)
        except OSError as error:
            raise no_room(size, error) from error

    def copied(self) -> MappedSamples:
        """The same samples where they may be changed; errors as `blank`."""
        samples = self.array
        copy = self.blank((len(samples), samples.shape[1]), samples.dtype)
        rows = max(1, _PIECE // (samples.itemsize * samples.shape[1]))
        for start in range(0, len(samples), rows):
            copy.array[start : start + rows] = samples[start : start + rows]
            copy.forget()
            self.forget()
        return copy

    def forget(self) -> None:
        """Give memory back to the system, if it has a way; the file has it all."""
        if hasattr(self._map, "madvise"):
            self._map.madvise(mmap.MADV_DONTNEED)


def no_room(size: int, error: OSError) -> UserError:
    """The error that says where a sound could not be kept."""
    return UserError(
        f"Cannot keep {size} bytes of sound in "
        f"{spool_folder() or tempfile.gettempdir()}: {error.strerror}. "
        "Make room there, or let TMPDIR name another folder."
    )


def spool_folder() -> str | None:
    """Where temporary files are on a disk: `/tmp` may be memory, `/var/tmp` is not."""
    on_disk = "/var/tmp"
    chosen = "TMPDIR" in os.environ or not os.access(on_disk, os.W_OK)
    return None if chosen else on_disk
