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
    folder = Path(name).expanduser()
    if not folder.is_dir():
        raise UserError(f"Data folder {folder} does not exist.")
    return folder
