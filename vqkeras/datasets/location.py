"""Where data lies: `data.dir`, or a folder of `$VQKERAS_DATA`."""

from __future__ import annotations

import os
from pathlib import Path

from edge_runtime.errors import UserError
from vqkeras.datasets.config import DataConfig


def data_dir(config: DataConfig, name: str) -> Path | None:
    """Folder to read, or `None` where there is none and a download is due.

    Args:
        config: Its `dir` wins where given.
        name: Folder inside `$VQKERAS_DATA` to try otherwise.

    Raises:
        UserError: If `config.dir` is not a folder.
    """
    if config.dir is not None:
        return existing_dir(config.dir)
    root = os.environ.get("VQKERAS_DATA")
    folder = Path(root) / name if root else None
    return folder if folder is not None and folder.is_dir() else None


def existing_dir(name: str) -> Path:
    """The folder of that name, `~` expanded.

    Raises:
        UserError: If it is not a folder.
    """
    folder = expanded(name)
    if not folder.is_dir():
        raise UserError(f"Data folder {folder} does not exist.")
    return folder


def expanded(name: str) -> Path:
    """A path, `~` expanded.

    Raises:
        UserError: If nobody knows where home is.
    """
    try:
        return Path(name).expanduser()
    except RuntimeError as error:
        raise UserError(f"No home folder is known for {name}. Set HOME.") from error


def cache_folder(config: DataConfig) -> Path:
    """Where spectrograms are kept: `data.cache_dir`, or the default.

    Raises:
        UserError: As `default_cache_dir`.
    """
    return expanded(config.cache_dir) if config.cache_dir else default_cache_dir()


def default_cache_dir() -> Path:
    """`$XDG_CACHE_HOME/vqkeras`, or `~/.cache/vqkeras`.

    Raises:
        UserError: If neither is known, as in containers of an unknown user.
    """
    root = os.environ.get("XDG_CACHE_HOME")
    if root:
        return Path(root) / "vqkeras"
    try:
        return Path.home() / ".cache" / "vqkeras"
    except RuntimeError as error:
        raise UserError(
            "No home folder is known to keep spectrograms in. Set data.cache_dir, or "
            "XDG_CACHE_HOME."
        ) from error
