"""Any input as a file that can seek: pipes and standard input are taken in first."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from edge_runtime.audio.mapped_samples import spool_folder
from edge_runtime.errors import AudioError

STANDARD = Path("-")


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Open a file, a pipe, or standard input where the path is `-`.

    Args:
        path: What to read.

    Yields:
        A binary stream at its start, with a descriptor of its own.

    Raises:
        AudioError: If it cannot be read, is a device, or no room is left to take a pipe
            in.
    """
    try:
        if path == STANDARD:
            source: BinaryIO = os.fdopen(os.dup(sys.stdin.fileno()), "rb")
        else:
            source = path.open("rb")
        with source:
            mode = os.fstat(source.fileno()).st_mode
            if stat.S_ISREG(mode):
                yield source
                return
            if not (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)):
                raise AudioError(
                    f"Cannot read {path}: a device or a terminal, which has no end. "
                    "Give a file or a pipe."
                )
            with tempfile.TemporaryFile(dir=spool_folder()) as kept:
                shutil.copyfileobj(source, kept, 1 << 20)
                kept.flush()
                # Only to read: others move the place in the file, and a file that may
                # be written fails to close then.
                with os.fdopen(os.dup(kept.fileno()), "rb") as again:
                    again.seek(0)
                    yield again
    except OSError as error:
        raise AudioError(f"Cannot read {path}: {error.strerror or error}.") from error
