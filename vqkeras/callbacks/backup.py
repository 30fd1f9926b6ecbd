"""Backup for resuming: a killed run goes on as if nothing had happened."""

from __future__ import annotations

import logging
import re
import zipfile
from pathlib import Path
from typing import Any

import keras

from edge_runtime.errors import UserError
from edge_runtime.output_file import output_file

_log = logging.getLogger(__name__)

# The newest, and the one before in case the newest is damaged.
_KEPT = 2
_NAME = re.compile(r"epoch-(\d+)\.keras")


class Backup(keras.callbacks.Callback):
    """Saves weights and optimizer state after each epoch, in one atomic step.

    The number of finished epochs is part of the file's name, so it cannot disagree with
    the weights. `keras.callbacks.BackupAndRestore` writes weights and epoch to two
    files, in place, and deletes both when training ends, so that a finished run could
    not be prolonged. Must be the last callback: what it saves counts as done.

    The one before is kept: a disk can lose the newest when the power goes.

    Args:
        folder: Where the files go. Created if missing.
    """

    def __init__(self, folder: Path):
        super().__init__()
        self.folder = folder

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self.folder.mkdir(exist_ok=True)
        path = self.folder / f"epoch-{epoch + 1:05d}.keras"
        with output_file(path, force=True) as temporary:
            self.model.save(temporary)
        found = _backups(self.folder)
        for epochs in sorted(found)[:-_KEPT]:
            found[epochs].unlink(missing_ok=True)


def restore_backup(model: keras.Model, folder: Path) -> int:
    """Load the newest backup that is whole into a compiled model.

    Args:
        model: Built and compiled like the model that was saved.
        folder: Folder of a `Backup`.

    Returns:
        Number of finished epochs; 0 if there is no backup, and nothing is loaded.

    Raises:
        UserError: If every backup is damaged or of another model.
    """
    found = _backups(folder)
    reasons: list[str] = []
    for epochs in sorted(found, reverse=True):
        path = found[epochs]
        model.optimizer.build(model.trainable_variables)
        fault = _fault_of(path)
        if fault is None:
            try:
                model.load_weights(path)
            # Keras raises what h5py and its own layers raise, of many families.
            except Exception as error:
                fault = (str(error).strip() or type(error).__name__).splitlines()[0]
        if fault is None:
            if reasons:
                _log.warning("%s. Going on from epoch %d.", reasons[0], epochs)
            return epochs
        reasons.append(
            f"Cannot resume from {path}: it is damaged or of another model. ({fault})"
        )
    if reasons:
        raise UserError(reasons[0])
    return 0


def _fault_of(path: Path) -> str | None:
    """What is damaged in a backup, before anything of it is put into a model."""
    try:
        with zipfile.ZipFile(path) as archive:
            damaged = archive.testzip()
    except (OSError, ValueError, NotImplementedError, zipfile.BadZipFile) as error:
        return str(error)
    except Exception as error:  # zlib.error, EOFError, struct.error
        return f"{type(error).__name__}: {error}"
    return damaged and f"bad checksum of {damaged}"


def _backups(folder: Path) -> dict[int, Path]:
    """Backup files of a folder, each under the number of its finished epochs."""
    names = ((path, _NAME.fullmatch(path.name)) for path in folder.glob("*"))
    return {int(name.group(1)): path for path, name in names if name}
