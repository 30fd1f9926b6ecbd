"""One program at a time in a folder."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from edge_runtime.errors import UsageError, UserError

try:
    import fcntl
except ImportError:  # not on Windows
    fcntl = None  # type: ignore[assignment]


@contextmanager
def locked_folder(folder: Path) -> Iterator[None]:
    """Make a folder if it is missing, and keep others out of it.

    The lock is the system's: it goes when the program does, however it ends.

    Args:
        folder: Folder to lock.

    Raises:
        UsageError: If another program holds it.
        UserError: If it cannot be made.
    """
    is_new = not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder, os.O_RDONLY) if fcntl is not None else None
    except FileExistsError:
        yield  # a file of that name: refused by whoever uses it
        return
    except OSError as error:
        raise UserError(f"Cannot make folder {folder}: {error.strerror}.") from error
    if handle is None:
        yield
        return
    try:
        _lock(handle, folder)
        yield
    except BaseException:
        if is_new:
            with contextlib.suppress(OSError):  # there is something in it
                folder.rmdir()
        raise
    finally:
        os.close(handle)


def _lock(handle: int, folder: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno not in (errno.EAGAIN, errno.EACCES):
            return  # a file system without locks
        raise UsageError(
            f"Another program works in {folder}. Wait for it, or choose another folder."
        ) from error
