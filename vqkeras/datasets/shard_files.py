"""Shards of spectrograms on the disk: names, what is known of each, and their rows."""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from tokenize import TokenError
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from edge_runtime.errors import UserError

MANIFEST = "manifest.json"  # of a folder that is prepared to its end
MANIFEST_FORMAT = 1
PLAIN, COMPRESSED = ".npy", ".zrows"  # ends of names of shards
AUDIO = ".audio.npy"
_OPEN = 64  # shards that are open at a time, however many there are
_LEVEL = 1  # of zlib: higher ones take longer and gain little
_ENTRY = np.dtype("<u8")
# What reading a damaged file raises.
DAMAGE = (
    *(OSError, ValueError, EOFError, IndexError, zlib.error),
    # Of numpy's headers, which are Python's words:
    *(SyntaxError, TokenError, RecursionError, OverflowError, TypeError),
)


def stem_of(part: str, number: int) -> str:
    """Name of a shard without its end.

    Example:

    >>> stem_of("train", 7)
    'train-00007'
    """
    return f"{part}-{number:05d}"


def read_facts(folder: Path, stem: str) -> dict[str, Any]:
    """What is known of a shard: its key, its rows, what was bad, its bytes.

    Raises:
        UserError: If it cannot be read.
    """
    path = folder / f"{stem}.json"
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise _unreadable(path, error) from error
    lists = ("rows", "bad", "sums", "squares")
    if not isinstance(facts, dict) or not all(
        isinstance(facts.get(name), list) for name in lists
    ):
        raise UserError(f"{path} holds something else. Prepare it again.")
    return facts


class RowWriter:
    """Writes an array row by row, so that memory holds one, whatever their number.

    Args:
        file: Open for writing and seeking, at its beginning.
        shape: Of one row.
        dtype: Of what is written, such as `"<f2"`.
        compressed: Whether each row is compressed by itself. Defaults to `False`:
            the file is one that `numpy.load` maps.
    """

    def __init__(
        self,
        file: BinaryIO,
        shape: tuple[int, ...],
        dtype: str,
        *,
        compressed: bool = False,
    ) -> None:
        self._file, self._shape, self._dtype = file, shape, dtype
        self._ends: list[int] | None = [0] if compressed else None
        self._count = 0
        if not compressed:
            self._start = self._header()

    def write(self, row: NDArray[Any]) -> None:
        """Add a row."""
        content = np.ascontiguousarray(row, self._dtype).tobytes()
        if self._ends is not None:
            content = zlib.compress(content, _LEVEL)
            self._ends.append(self._ends[-1] + len(content))
        self._file.write(content)
        self._count += 1

    def close(self) -> None:
        """Say how many rows there are; the file itself stays open."""
        if self._ends is not None:
            self._file.write(np.array(self._ends, _ENTRY).tobytes())
            self._file.write(np.array([len(self._ends)], _ENTRY).tobytes())
            return
        self._file.seek(0)
        # Numpy leaves room for the first number of a shape to grow.
        if self._header() != self._start:
            raise UserError("This numpy leaves no room in a header. Install a newer.")
        self._file.seek(0, os.SEEK_END)

    def _header(self) -> int:
        np.lib.format.write_array_header_1_0(
            self._file,
            {
                "descr": self._dtype,
                "fortran_order": False,
                "shape": (self._count, *self._shape),
            },
        )
        return self._file.tell()


class _CompressedRows:
    """Rows of a shard that are compressed one by one."""

    def __init__(self, path: Path, shape: tuple[int, ...]) -> None:
        self._path, self._shape = path, shape
        with path.open("rb") as file:
            ends_at = file.seek(-_ENTRY.itemsize, os.SEEK_END)
            count = int(np.frombuffer(file.read(), _ENTRY)[0])
            starts_at = file.seek(max(0, ends_at - count * _ENTRY.itemsize))
            self._ends = np.frombuffer(file.read(ends_at - starts_at), _ENTRY)
        # Each row ends where the next one begins, the last one where its ends begin.
        edges = [0, *self._ends.tolist(), starts_at]
        if len(self._ends) != count or count < 1 or edges != sorted(edges):
            raise ValueError("its rows do not end where they should")

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, row: int) -> NDArray[np.float16]:
        start, end = int(self._ends[row]), int(self._ends[row + 1])
        try:
            with self._path.open("rb") as file:
                file.seek(start)
                content = zlib.decompress(file.read(end - start))
            return np.frombuffer(content, "<f2").reshape(self._shape)
        except DAMAGE as error:
            raise _unreadable(self._path, error) from error


class ShardedRows:
    """Rows of many shards behind the face of one array.

    A row is read when it is asked for, and few shards are open at a time: memory does
    not grow with their number.

    Args:
        folder: Where they are.
        part: Which of them, as `stem_of` names it.
        counts: Rows of each.
        shape: Of one row, `(frames, bins, channels)`.
        compressed: Whether they are compressed.
        places: Which of all rows this array has, in its order. Defaults to all.

    Attributes:
        shape: `(rows, frames, bins, channels)`.
        dtype: Always float16.
    """

    dtype = np.dtype(np.float16)
    ndim = 4

    def __init__(
        self,
        folder: Path,
        part: str,
        counts: Sequence[int],
        shape: tuple[int, int, int],
        *,
        compressed: bool,
        places: Sequence[int] | None = None,
    ) -> None:
        self.ends = np.cumsum([0, *counts])
        self.places = range(int(self.ends[-1])) if places is None else places
        self.shape = (len(self.places), *shape)
        end = COMPRESSED if compressed else PLAIN

        @lru_cache(_OPEN)
        def rows_of(shard: int) -> Any:
            path = folder / (stem_of(part, shard) + end)
            try:
                rows: Any = (
                    _CompressedRows(path, shape)
                    if compressed
                    else np.load(path, mmap_mode="r", allow_pickle=False)
                )
            except DAMAGE as error:
                raise _unreadable(path, error) from error
            is_same = compressed or (
                rows.shape[1:] == shape and rows.dtype == np.float16
            )
            if len(rows) != counts[shard] or not is_same:
                raise UserError(f"{path} is not what it was. Prepare it again.")
            return rows

        self._rows_of = rows_of

    def __len__(self) -> int:
        return len(self.places)

    def place_of(self, row: int) -> tuple[int, int]:
        """Which shard has a row, and where in it."""
        place = self.places[row]
        shard = int(np.searchsorted(self.ends, place, side="right")) - 1
        return shard, int(place - self.ends[shard])

    def __getitem__(self, key: Any) -> NDArray[np.float16]:
        row, rest = (key[0], key[1:]) if isinstance(key, tuple) else (key, ())
        if isinstance(row, slice):
            numbers = range(*row.indices(len(self)))
            return np.stack([self[(number, *rest)] for number in numbers])
        shard, place = self.place_of(int(row))
        return self._rows_of(shard)[place][rest]


class ShardedMetadata(Sequence[dict[str, Any]]):
    """What is known of each row, read when it is asked for.

    Args:
        folder: Where the shards are.
        part: Which of them.
        rows: The rows themselves.
    """

    def __init__(self, folder: Path, part: str, rows: ShardedRows) -> None:
        self._rows = rows

        @lru_cache(_OPEN)
        def known_of(shard: int) -> list[dict[str, Any]]:
            known: list[dict[str, Any]] = read_facts(folder, stem_of(part, shard))[
                "rows"
            ]
            return known

        self._known_of = known_of

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, row: Any) -> Any:
        if isinstance(row, slice):
            return [self[number] for number in range(*row.indices(len(self)))]
        shard, place = self._rows.place_of(row)
        return self._known_of(shard)[place]

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return (self[number] for number in range(len(self)))


def _unreadable(path: Path, error: Exception) -> UserError:
    return UserError(f"Cannot read {path}: {error}. Prepare it again.")
