"""Backup for resuming: a killed run goes on as if nothing had happened."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

import keras

from edge_runtime.errors import UserError
from edge_runtime.output_file import output_file

_NAME = re.compile(r"epoch-(\d+)\.keras")


class Backup(keras.callbacks.Callback):
    """Saves weights and optimizer state after each epoch, in one atomic step.

    The number of finished epochs is part of the file's name, so it cannot disagree with
    the weights. `keras.callbacks.BackupAndRestore` writes weights and epoch to two
    files, in place, and deletes both when training ends, so that a finished run could
    not be prolonged. Must be the last callback: what it saves counts as done.

    Args:
        folder: Where the file goes. Created if missing.
    """

    def __init__(self, folder: Path):
        super().__init__()
        self.folder = folder

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self.folder.mkdir(exist_ok=True)
        path = self.folder / f"epoch-{epoch + 1:05d}.keras"
        with output_file(path, force=True) as temporary:
            self.model.save(temporary)
        for older in _backups(self.folder).values():
            if older != path:
                older.unlink()


def restore_backup(model: keras.Model, folder: Path) -> int:
    """Load the newest backup into a compiled model.

    Args:
        model: Built and compiled like the model that was saved.
        folder: Folder of a `Backup`.

    Returns:
        Number of finished epochs; 0 if there is no backup, and nothing is loaded.

    Raises:
        UserError: If the file is damaged or of another model.
    """
    found = _backups(folder)
    if not found:
        return 0
    epochs = max(found)
    newest = found[epochs]
    model.optimizer.build(model.trainable_variables)
    try:
        model.load_weights(newest)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise UserError(
            f"Cannot resume from {newest}: it is damaged or of another model. "
            f"({str(error).strip().splitlines()[0]})"
        ) from error
    return epochs


def _backups(folder: Path) -> dict[int, Path]:
    """Backup files of a folder, each under the number of its finished epochs."""
    names = ((path, _NAME.fullmatch(path.name)) for path in folder.glob("*"))
    return {int(name.group(1)): path for path, name in names if name}
