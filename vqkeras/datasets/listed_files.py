"""What a folder holds, from one look at it: no file is opened."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path


def listed(
    folder: Path, names: Sequence[str], suffixes: Sequence[str]
) -> tuple[list[Path], list[str]]:
    """Where files lie whose ends of names are not known, and what they are known by.

    Args:
        folder: Folder of the files.
        names: Their names without an end.
        suffixes: Ends to look for, the wanted one first.

    Returns:
        For each name its file, whether it is there or not, and its `fingerprint`.
    """
    marks: dict[str, str] = {}
    with contextlib.suppress(FileNotFoundError), os.scandir(folder) as entries:
        for entry in entries:
            with contextlib.suppress(OSError):  # a link to nowhere is missing
                status = entry.stat()
                marks[entry.name] = f"{status.st_size}:{status.st_mtime_ns}"
    files, found = [], []
    for name in names:
        file = next((name + end for end in suffixes if name + end in marks), None)
        file = file or name + suffixes[0]
        files.append(folder / file)
        found.append(f"{folder.name}/{file}:{marks.get(file, 'missing')}")
    return files, found
