"""Files of others, read whole: none takes more memory than files of its kind need."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any


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


def read_json(content: bytes, most_parts: int) -> Any:
    """What JSON says, if it does not become many times larger in memory than as text.

    Args:
        content: The text.
        most_parts: More values than a file of its kind ever has; each takes up to 64
            bytes, and two in the text.

    Raises:
        ValueError: If it has more, or is no JSON.
        RecursionError: If it is too deep.

    Example:

    >>> read_json(b"[1, 2]", 9)
    [1, 2]
    """
    parts = sum(map(content.count, (b",", b"[", b"{")))
    if parts > most_parts:
        raise ValueError(f"it has {parts} values, more than {most_parts}")
    return json.loads(content)
