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
        AudioError: If it cannot be read, or no room is left to take a pipe in.
    """
    try:
        if path == STANDARD:
            source: BinaryIO = os.fdopen(os.dup(sys.stdin.fileno()), "rb")
        else:
            source = path.open("rb")
        with source:
            if stat.S_ISREG(os.fstat(source.fileno()).st_mode):
                yield source
                return
            with tempfile.TemporaryFile(dir=spool_folder()) as kept:
                shutil.copyfileobj(source, kept, 1 << 20)
                kept.seek(0)
                yield kept
    except OSError as error:
        raise AudioError(f"Cannot read {path}: {error.strerror or error}.") from error
