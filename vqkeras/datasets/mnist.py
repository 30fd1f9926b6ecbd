"""MNIST: 60,000 + 10,000 handwritten digits, 28 x 28."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_runtime.errors import UserError
from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras.datasets.config import DataConfig
from vqkeras.datasets.dataset import Dataset
from vqkeras.datasets.idx import read_idx
from vqkeras.datasets.location import data_dir
from vqkeras.datasets.split import Split

_log = logging.getLogger(__name__)

Digits = tuple[NDArray[np.uint8], NDArray[np.uint8]]


def load_mnist(config: DataConfig, settings: SpectrogramSettings | None) -> Dataset:
    """Load MNIST in its official division.

    The test split is the official 10,000 images and nothing else is ever tested on.
    Validation images are drawn from the 60,000 of training by `config.split_seed`;
    with `config.validation_share` 0 there is no validation split.

    Args:
        config: `dir`, `limit`, `validation_share` and `split_seed` are used.
        settings: Must be `None`: images have no spectrogram settings.

    Returns:
        Data set of uint8 images with `"label"` as metadata.

    Raises:
        UserError: If the files are damaged or do not fit together.
    """
    if settings is not None:
        raise UserError("MNIST has no spectrograms. Leave `spectrogram` out.")
    folder = data_dir(config, "mnist")
    (train_images, train_labels), test = (
        _download() if folder is None else _read_folder(folder)
    )
    order = np.random.default_rng(config.split_seed).permutation(len(train_images))
    num_validation = round(config.validation_share * len(order))
    parts = {
        "train": np.sort(order[num_validation:]),
        "validation": np.sort(order[:num_validation]),
    }
    splits = {
        name: _split((train_images[rows], train_labels[rows]), config.limit)
        for name, rows in parts.items()
    }
    return Dataset(
        name="mnist",
        settings=None,
        train=splits["train"],
        validation=splits["validation"] if num_validation else None,
        test=_split(test, config.limit),
    )


def _read_folder(folder: Path) -> tuple[Digits, Digits]:
    """Training and test digits out of the four original files."""
    digits = []
    for part in ("train", "t10k"):
        images = read_idx(_idx_path(folder, f"{part}-images-idx3-ubyte"))
        labels = read_idx(_idx_path(folder, f"{part}-labels-idx1-ubyte"))
        if images.ndim != 3 or labels.shape != images.shape[:1]:
            raise UserError(
                f"{part} images and labels of {folder} do not fit together: shapes "
                f"{images.shape} and {labels.shape}."
            )
        digits.append((images, labels))
    return digits[0], digits[1]


def _idx_path(folder: Path, name: str) -> Path:
    """The file, as downloaded (gzip) or unpacked."""
    packed = folder / f"{name}.gz"
    plain = folder / name
    if not packed.exists() and not plain.exists():
        raise UserError(f"{folder} has neither {packed.name} nor {plain.name}.")
    return packed if packed.exists() else plain


def _download() -> tuple[Digits, Digits]:
    """The same digits through Keras, which keeps them in `~/.keras/datasets`."""
    import keras

    _log.info(
        "No MNIST files: set data.dir or VQKERAS_DATA. Trying keras.datasets.mnist."
    )
    train, test = keras.datasets.mnist.load_data()
    return train, test


def _split(digits: Digits, limit: int | None) -> Split:
    images, labels = (values[:limit] for values in digits)
    metadata: list[dict[str, Any]] = [{"label": int(label)} for label in labels]
    return Split(images[..., np.newaxis], metadata)
