"""What a training writes, one file at a time; loads Keras."""

import io
import types
import zipfile
from pathlib import Path

import h5py
import keras
import numpy as np

from tests.faults.writers import Writer, as_program
from tests.vqkeras.conftest import CONFIG
from vqkeras.callbacks.backup import Backup
from vqkeras.callbacks.history_file import HistoryFile
from vqkeras.config_file import save_config
from vqkeras.run import write_json


def _model() -> keras.Model:
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    model.compile("adam", "mse")
    model.layers[0].set_weights([np.ones((3, 2)), np.zeros(2)])
    return model


def _end_epoch(callback: keras.callbacks.Callback, model: object, **logs: float):
    callback.set_model(model)
    callback.on_train_begin()
    callback.on_epoch_end(0, logs)


def _history(folder: Path) -> None:
    optimizer = types.SimpleNamespace(learning_rate=np.float32(0.1))
    model = types.SimpleNamespace(optimizer=optimizer)
    callback = HistoryFile(folder / "history.csv", [], clock=lambda: 0.0)
    _end_epoch(callback, model, loss=1.0)


def weights(content: bytes) -> bytes:
    """Numbers of a Keras file, whose zip is dated and whose names are counted on."""
    found: list[bytes] = []

    def take(name: str, item: object) -> None:
        if isinstance(item, h5py.Dataset):
            found.append(item[()].tobytes())

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        stored = io.BytesIO(archive.read("model.weights.h5"))
    with h5py.File(stored) as file:
        file.visititems(take)
    return b"".join(found)


def _writer(name, run, **options) -> Writer:
    return Writer(name, lambda folder: as_program(lambda: run(folder)), **options)


TRAINING_WRITERS = {
    "config": _writer(
        "config.yaml", lambda folder: save_config(CONFIG, folder / "config.yaml")
    ),
    "json": _writer(
        "versions.json", lambda folder: write_json({"a": 1}, folder / "versions.json")
    ),
    "history": _writer("history.csv", _history),
    "backup": _writer(
        "epoch-00001.keras",
        lambda folder: _end_epoch(Backup(folder), _model()),
        content=weights,
    ),
}
