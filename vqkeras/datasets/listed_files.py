"""Files of a data set that are listed and not opened before they are read."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TypeVar

Content = TypeVar("Content")


class Files(Protocol):
    """Where the files of a data set are; the lists that name them are read as paths."""

    def marks(self, folder: Path) -> dict[str, str]:
        """Size and time of change, or the like, of each file that a folder has.

        Files in folders below are left out; a folder that is missing has none.
        """

    def mark(self, path: Path) -> str:
        """The same of one file; an empty text if there is no such file.

        Raises:
            OSError: If that cannot be told.
        """

    def reader(
        self, path: Path, read: Callable[..., Content], *rest: Any
    ) -> Callable[[], Content]:
        """Gives `read(path, *rest)`, in any process."""


class LocalFiles:
    """Files of this machine."""

    def marks(self, folder: Path) -> dict[str, str]:
        """As of `Files`, from one look at the folder."""
        found: dict[str, str] = {}
        with contextlib.suppress(OSError), os.scandir(folder) as entries:
            for entry in entries:
                with contextlib.suppress(OSError):  # a link to nowhere is missing
                    found[entry.name] = _mark(entry.stat())
        return found

    def mark(self, path: Path) -> str:
        """As of `Files`."""
        return _mark(path.stat()) if path.is_file() else ""

    def reader(
        self, path: Path, read: Callable[..., Content], *rest: Any
    ) -> Callable[[], Content]:
        """As of `Files`."""
        return partial(read, path, *rest)


def listed(
    files: Files, folder: Path, names: Sequence[str], suffixes: Sequence[str]
) -> tuple[list[Path], list[str]]:
    """Where files lie whose ends of names are not known, and what they are known by.

    Args:
        files: Where the folder is.
        folder: Folder of the files.
        names: Their names without an end.
        suffixes: Ends to look for, the wanted one first.

    Returns:
        For each name its file, whether it is there or not, and its `fingerprint`.
    """
    marks, places, found = files.marks(folder), [], []
    for name in names:
        file = next((name + end for end in suffixes if name + end in marks), None)
        file = file or name + suffixes[0]
        places.append(folder / file)
        found.append(f"{folder.name}/{file}:{marks.get(file, 'missing')}")
    return places, found


def _mark(status: os.stat_result) -> str:
    return f"{status.st_size}:{status.st_mtime_ns}"
