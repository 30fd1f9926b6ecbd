"""Folders behind a URL, such as `s3://bucket/sounds`, through fsspec."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from edge_runtime.errors import MissingDependencyError, UserError

# What stores tell of a file that changes with its content.
_MARKS = ("ETag", "etag", "md5Hash", "mtime", "LastModified", "updated", "created")


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
            f"({error}). Install them with: pip install 'vqkeras[remote]'"
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
        UserError: If its store does not give it.
    """
    system, folder = file_system_of(place)
    try:
        system.get_file(f"{folder}/{name}", str(copy))
    except Exception as error:
        raise UserError(f"Cannot read {place}/{name}: {_reason(error)}.") from error


def _reason(error: Exception) -> str:
    """What a store fails with, as one line; each has errors of its own."""
    text = str(getattr(error, "strerror", None) or error).strip()
    return (text or type(error).__name__).splitlines()[0].rstrip(".")
