"""Folders behind a URL, such as `s3://bucket/sounds`, through fsspec."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Generic

from edge_runtime.errors import MissingDependencyError, UserError, how_to_install
from vqkeras.datasets.listed_files import Content, LocalFiles

# What names the files of a data set, or who made them.
_LISTS = ("examples.json", "manifest.csv", "rendering.json")
# What stores tell of a file that changes with its content.
_MARKS = ("ETag", "etag", "md5Hash", "mtime", "LastModified", "updated", "created")


class StoreError(UserError):
    """A store does not give what it has: it is the store that fails and no file."""


def is_remote(place: str) -> bool:
    """Whether a place is a URL and no folder.

    Example:

    >>> is_remote("s3://bucket/sounds"), is_remote("/home/me/sounds")
    (True, False)
    """
    return "://" in place


def file_system_of(place: str) -> tuple[Any, str]:
    """The file system of a URL, and the folder in it.

    Raises:
        MissingDependencyError: If fsspec, or what it needs for this store, is missing.
        UserError: If the URL is of no known store, or the store refuses.
    """
    try:
        from fsspec.core import url_to_fs

        system, folder = url_to_fs(place)
    except ImportError as error:
        raise MissingDependencyError(
            f"Reading {place} needs fsspec and its package for this store "
            f"({error}). Install them with: {how_to_install('remote')}"
        ) from error
    except Exception as error:
        raise UserError(f"Cannot read {place}: {_reason(error)}.") from error
    return system, folder.rstrip("/")


def remote_files(place: str) -> dict[str, str]:
    """Path below the folder and mark of each file, from one listing.

    Raises:
        UserError: If the folder cannot be listed.
    """
    system, folder = file_system_of(place)
    try:
        found = system.find(folder, detail=True)
    except Exception as error:
        raise UserError(f"Cannot list {place}: {_reason(error)}.") from error
    files = {}
    for path, facts in found.items():
        known = next((facts[key] for key in _MARKS if facts.get(key)), "")
        name = path.lstrip("/").removeprefix(folder.lstrip("/")).lstrip("/")
        files[name] = f"{facts['size']}:{known}"
    return files


def fetch(place: str, name: str, copy: Path) -> None:
    """Copy one file of a folder here.

    Raises:
        UserError: If there is no such file.
        StoreError: If its store does not give it, or there is no room for it here.
    """
    system, folder = file_system_of(place)
    try:
        system.get_file(f"{folder}/{name}", str(copy))
    except Exception as error:
        kind = UserError if isinstance(error, FileNotFoundError) else StoreError
        raise kind(f"Cannot read {place}/{name}: {_reason(error)}.") from error


@contextlib.contextmanager
def fetched(place: str, name: str) -> Iterator[Path]:
    """A copy of one file of a folder, for as long as it is needed."""
    with tempfile.TemporaryDirectory() as copies:
        copy = Path(copies, "sound" + PurePosixPath(name).suffix)
        fetch(place, name, copy)
        yield copy


@contextlib.contextmanager
def remote_lists(place: str) -> Iterator[tuple[Path, RemoteFiles]]:
    """A folder with copies of a data set's lists, and the files that they name.

    Args:
        place: URL of the folder.

    Raises:
        UserError: If the folder cannot be listed or a list not be read, or if it has
            TFRecord files that would be left out.
    """
    found = remote_files(place)
    if unread := _unread(found):
        raise UserError(
            f"{place} has {', '.join(unread)}. What TFRecord files hold is known only "
            "when all of them is read: copy such files here."
        )
    with tempfile.TemporaryDirectory() as copies:
        folder = Path(copies, PurePosixPath(place).name)
        folder.mkdir()
        for name in found:
            copy = folder / name
            if copy.name in _LISTS and ".." not in copy.parts:
                copy.parent.mkdir(parents=True, exist_ok=True)
                fetch(place, name, copy)
        if not any(folder.iterdir()):
            raise UserError(f"{place} has no examples.json and no manifest.csv.")
        try:
            yield folder, RemoteFiles(place, folder, found)
        except UserError as error:
            raise type(error)(str(error).replace(str(folder), place)) from error


def _unread(found: Iterable[str]) -> list[str]:
    """TFRecord files whose notes would be read if the folder were here."""
    names = set(found)
    if {"examples.json", "manifest.csv"} & names:
        return []
    return sorted(
        name
        for name in names
        if "/" not in name
        and name.endswith(".tfrecord")
        and f"{name.removesuffix('.tfrecord')}/examples.json" not in names
    )


class RemoteFiles(LocalFiles):
    """Files behind a URL, by the paths that they would have beside copies of its lists.

    Other paths are those of this machine.

    Args:
        place: URL of the folder.
        copies: Folder of the lists.
        found: Path below it and mark of each of its files.
    """

    def __init__(self, place: str, copies: Path, found: dict[str, str]) -> None:
        self._place, self._copies = place, copies
        self._folders: dict[str, dict[str, str]] = {}
        for name, mark in found.items():
            below, _, last = name.rpartition("/")
            self._folders.setdefault(below or ".", {})[last] = mark

    def marks(self, folder: Path) -> dict[str, str]:
        """As of `Files`."""
        if not folder.is_relative_to(self._copies):
            return super().marks(folder)
        return self._folders.get(folder.relative_to(self._copies).as_posix(), {})

    def mark(self, path: Path) -> str:
        """As of `Files`."""
        if not path.is_relative_to(self._copies):
            return super().mark(path)
        return self.marks(path.parent).get(path.name, "")

    def reader(
        self, path: Path, read: Callable[..., Content], *rest: Any
    ) -> Callable[[], Content]:
        """As of `Files`."""
        if not path.is_relative_to(self._copies):
            return super().reader(path, read, *rest)
        name = path.relative_to(self._copies).as_posix()
        return _Fetching(self._place, name, read, rest)


@dataclass(frozen=True, slots=True)
class _Fetching(Generic[Content]):
    """Reads a copy of a file."""

    place: str
    name: str
    read: Callable[..., Content]
    rest: tuple[Any, ...]

    def __call__(self) -> Content:
        with fetched(self.place, self.name) as copy:
            try:
                return self.read(copy, *self.rest)
            except UserError as error:
                # It is a copy, whose name says nothing.
                raise type(error)(reason_of(error, copy)) from error


def reason_of(error: UserError | OSError, path: Path | None = None) -> str:
    """Why a file cannot be read, without its name."""
    if isinstance(error, OSError):
        return str(error.strerror or error)
    text = str(error)
    if path is not None:
        for start in ("Cannot read", "Cannot use"):
            text = text.removeprefix(f"{start} {path}: ")
    elif text.startswith(("Cannot read ", "Cannot use ")):
        text = text.partition(": ")[2]
    return text.rstrip(".")


def _reason(error: Exception) -> str:
    """What a store fails with, as one line; each has errors of its own."""
    if isinstance(error, FileNotFoundError):
        return os.strerror(errno.ENOENT)  # as if it were a file of this machine
    text = str(getattr(error, "strerror", None) or error).strip()
    return (text or type(error).__name__).splitlines()[0].rstrip(".")
