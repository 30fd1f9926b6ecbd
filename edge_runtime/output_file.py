"""Output files that are either whole or absent, and never replace one by accident."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from edge_runtime.errors import UsageError, UserError

try:
    import fcntl
except ImportError:  # not on Windows
    fcntl = None  # type: ignore[assignment]

# Of every temporary file, which lies beside the one that it will replace.
_PREFIX = ".vqkeras-"
# A temporary file younger than this, in s, may not be locked yet.
_YOUNG_S = 60.0
# Answers of file systems that do not know what is asked of them.
_UNKNOWN = (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EPERM, errno.ENOLCK)


def check_output(path: Path, *, force: bool) -> None:
    """Refuse an output path before any long work starts.

    Args:
        path: File that will be written.
        force: Whether an existing file may be replaced.

    Raises:
        UsageError: If the file exists and `force` is false.
        UserError: If the folder is missing or cannot be written.
    """
    if is_device(path):
        return
    if path.is_dir():
        raise UsageError(f"{path} is a folder. Give the name of a file in it.")
    if path.exists() and not force:
        raise UsageError(f"{path} exists. Choose another name or add --force.")
    folder = _target(path).parent
    if not folder.is_dir():
        raise UserError(f"Folder {folder} does not exist. Create it first.")
    if not os.access(folder, os.W_OK):
        raise UserError(f"Folder {folder} is not writable. Choose another one.")


@contextmanager
def output_file(path: Path, *, force: bool = False) -> Iterator[Path]:
    """Yield a temporary path beside `path`; rename it to `path` if all went well.

    What was written is on the disk, not in a cache, before anything older goes. A link
    stays a link: what it points to is replaced. A file that is replaced gives its mode
    and, where that is allowed, its owner. Into a pipe or a device the content is
    copied.

    Args:
        path: File to write.
        force: Whether an existing file may be replaced. Defaults to `False`.

    Raises:
        UsageError: If the file exists and `force` is false.
        UserError: If the folder is missing or cannot be written.
    """
    check_output(path, force=force)
    into_device = is_device(path)
    target = path if into_device else _target(path)
    folder = Path(tempfile.gettempdir()) if into_device else target.parent
    sweep(folder)
    try:
        # Not after the file: its name may be as long as a name can be.
        handle, name = tempfile.mkstemp(dir=folder, prefix=_PREFIX, suffix=path.suffix)
    except OSError as error:
        raise UserError(f"Cannot write {path}: {error.strerror}.") from error
    temporary = Path(name)
    try:
        _lock(handle)
        yield temporary
        if into_device:
            with temporary.open("rb") as content, path.open("wb") as device:
                shutil.copyfileobj(content, device)
            return
        _take_over(temporary, target)
        _to_disk(temporary)
        temporary.replace(target)
        _to_disk(folder)
    except OSError as error:
        raise UserError(f"Cannot write {path}: {error.strerror or error}.") from error
    finally:
        # What cannot be deleted now is swept away later; the file itself is settled.
        for clean_up in (partial(os.close, handle), temporary.unlink):
            with contextlib.suppress(OSError):
                clean_up()


def write_secret(path: Path, content: bytes) -> None:
    """Make a file that only its owner reads, at no time anybody else.

    Args:
        path: The file; it must not be there.
        content: What it holds.

    Raises:
        OSError: If it is there, or cannot be written; then there is none.
    """
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(handle, content)
        os.fsync(handle)
    except OSError:
        path.unlink()
        raise
    finally:
        os.close(handle)


def is_temporary(path: Path) -> bool:
    """Whether a file is one of ours that a killed program left, or still writes.

    Example:

    >>> is_temporary(Path("runs/.vqkeras-x2a.yaml")), is_temporary(Path("config.yaml"))
    (True, False)
    """
    return path.name.startswith(_PREFIX)


def sweep(folder: Path) -> None:
    """Delete what a killed program left of its outputs in a folder.

    Whoever still writes holds a lock on its temporary file.

    Args:
        folder: Where to look; not in folders below.
    """
    if fcntl is None:
        return
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        names = [entry.path for entry in entries if entry.name.startswith(_PREFIX)]
        for name in names:
            with contextlib.suppress(OSError):
                _sweep_one(name)


def _sweep_one(name: str) -> None:
    handle = os.open(name, os.O_RDWR | os.O_NOFOLLOW)
    try:
        status = os.fstat(handle)
        if stat.S_ISREG(status.st_mode) and time.time() - status.st_mtime > _YOUNG_S:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.unlink(name)
    finally:
        os.close(handle)


def _lock(handle: int) -> None:
    if fcntl is not None:
        with _if_known():
            fcntl.flock(handle, fcntl.LOCK_EX)


def _target(path: Path) -> Path:
    """The file itself, behind links."""
    return Path(os.path.realpath(path)) if path.is_symlink() else path


def is_device(path: Path) -> bool:
    """Whether something is there that can be written to and not be replaced."""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISCHR(mode)


def _take_over(temporary: Path, target: Path) -> None:
    """Give a file the mode and owner of the one that it replaces."""
    try:
        before = target.stat()
    except FileNotFoundError:
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o666 & ~umask)
        return
    if hasattr(os, "chown"):
        with contextlib.suppress(OSError):
            os.chown(temporary, before.st_uid, before.st_gid)
    temporary.chmod(stat.S_IMODE(before.st_mode))


def _to_disk(path: Path) -> None:
    """Wait until a file's content, or a folder's names, outlive a power cut."""
    flags = os.O_RDONLY
    if path.is_dir():
        if os.name == "nt":
            return
    elif os.name == "nt":
        flags = os.O_RDWR
    handle = os.open(path, flags)
    try:
        with _if_known():
            os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _if_known() -> Iterator[None]:
    """Do what this file system knows; a full or broken disk is an error."""
    try:
        yield
    except OSError as error:
        if error.errno not in _UNKNOWN:
            raise
