"""Files of others, read whole: none takes more memory than files of its kind need."""

from __future__ import annotations

import os
import stat
from pathlib import Path


def read_at_most(path: Path, most: int) -> bytes:
    """Content of a file.

    Args:
        path: The file; it may also be a pipe, or a device that never ends.
        most: More bytes than a file of its kind ever has.

    Raises:
        OSError: If it cannot be read, or is larger; `strerror` says why in both cases.

    Example:

    >>> try:
    ...     read_at_most(Path("/dev/zero"), 1000)
    ... except OSError as error:
    ...     print(error.strerror)
    it has more than 1000 bytes
    """
    with path.open("rb") as file:
        status = os.fstat(file.fileno())
        size = status.st_size if stat.S_ISREG(status.st_mode) else 0
        content = b"" if size > most else file.read(size or most + 1)
    if max(size, len(content)) > most:
        raise OSError(0, f"it has more than {most} bytes")
    return content
