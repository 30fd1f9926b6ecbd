"""A file that remembers what went wrong: C libraries forget errors of a last write."""

from __future__ import annotations

from types import TracebackType
from typing import BinaryIO


class CheckedStream:
    """What a library may write to, read from and seek in; errors come at the end.

    libsndfile 1.2 ignores errors of its last flush, and calls a full disk an unknown
    format. Here a failed write looks done to the library, and leaving the block raises
    it.

    Args:
        stream: Where everything goes.

    Raises:
        OSError: When the block is left, the first one that happened.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._error: OSError | None = None

    def write(self, content: bytes) -> int:
        """Write; what cannot be written counts as written until the end."""
        if self._error is None:
            try:
                self._stream.write(content)
            except OSError as error:
                self._error = error
        return len(content)

    def read(self, count: int = -1) -> bytes:
        """Read what was written."""
        return self._stream.read(count)

    def seek(self, place: int, whence: int = 0) -> int:
        """Go to another place."""
        if self._error is None:
            try:
                return self._stream.seek(place, whence)
            except OSError as error:
                self._error = error
        return place

    def tell(self) -> int:
        """Where it is."""
        return self._stream.tell()

    def flush(self) -> None:
        """Leave it to the end."""

    def __enter__(self) -> CheckedStream:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._error is not None:
            raise self._error
        if error is None:
            self._stream.flush()
