"""Output files that are either whole or absent, and never replace one by accident."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from edge_runtime.errors import UsageError, UserError


def check_output(path: Path, *, force: bool) -> None:
    """Refuse an output path before any long work starts.

    Args:
        path: File that will be written.
        force: Whether an existing file may be replaced.

    Raises:
        UsageError: If the file exists and `force` is false.
        UserError: If the folder is missing or cannot be written.
    """
    if path.is_dir():
        raise UsageError(f"{path} is a folder. Give the name of a file in it.")
    if path.exists() and not force:
        raise UsageError(f"{path} exists. Choose another name or add --force.")
    folder = path.parent
    if not folder.is_dir():
        raise UserError(f"Folder {folder} does not exist. Create it first.")
    if not os.access(folder, os.W_OK):
        raise UserError(f"Folder {folder} is not writable. Choose another one.")


@contextmanager
def output_file(path: Path, *, force: bool = False) -> Iterator[Path]:
    """Yield a temporary path beside `path`; rename it to `path` if all went well.

    Args:
        path: File to write.
        force: Whether an existing file may be replaced. Defaults to `False`.

    Raises:
        UsageError: If the file exists and `force` is false.
        UserError: If the folder is missing or cannot be written.
    """
    check_output(path, force=force)
    try:
        handle, name = tempfile.mkstemp(
            dir=path.parent, prefix=f".{path.stem}-", suffix=path.suffix
        )
    except OSError as error:
        raise UserError(f"Cannot write {path}: {error.strerror}.") from error
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o666 & ~umask)
        temporary.replace(path)
    except OSError as error:
        raise UserError(f"Cannot write {path}: {error.strerror or error}.") from error
    finally:
        temporary.unlink(missing_ok=True)
