"""A tiny training on images, and a tiny folder of sounds, for tests around them."""

import csv
import dataclasses
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import soundfile

from vqkeras.config import Config, TrainingConfig
from vqkeras.datasets import DataConfig, Dataset, Split
from vqkeras.datasets.general_manifest import COLUMNS
from vqkeras.model.conv_architecture import ConvArchitecture
from vqkeras.train import train

CONFIG = Config(
    "tiny",
    data=DataConfig(name="mnist"),
    model=ConvArchitecture(
        channels=(4,), strides=((4, 4),), codebook_size=8, codebook_dim=2
    ),
    training=TrainingConfig(epochs=3, batch_size=10, learning_rate=0.02),
)
# Of the sounds, in Hz.
RATE = 2000
# What depends on the machine and not on the seed.
MEASURED = {"seconds", "power_w", "energy_wh", "emissions_g"}


def with_training(config=CONFIG, **changes):
    """A config with some fields of its training changed."""
    changed = dataclasses.replace(config.training, **changes)
    return dataclasses.replace(config, training=changed)


def images(count, seed):
    """Bright boxes on black: something that a few codes can describe."""
    rng = np.random.default_rng(seed)
    array = np.zeros((count, 8, 8, 1), np.uint8)
    for image in array:
        top, left = rng.integers(0, 5, 2)
        image[top : top + 4, left : left + 4] = rng.integers(128, 256)
    return Split(array, [{"label": 0}] * count)


def load_images(config, settings):
    """Stands in for `load_dataset`: 20 images to learn from."""
    return Dataset(
        name="mnist",
        settings=None,
        train=images(20, 0),
        validation=images(6, 1) if config.validation_share else None,
        test=images(4, 2),
    )


def history_of(run_dir):
    """History of a run without what depends on the machine."""
    from vqkeras.callbacks.history_file import read_history

    return [
        {key: value for key, value in row.items() if key not in MEASURED}
        for row in read_history(run_dir / "history.csv")
    ]


@pytest.fixture(scope="session")
def tiny():
    """The parts of a tiny training: config, data and what to compare."""
    return SimpleNamespace(
        config=CONFIG,
        with_training=with_training,
        images=images,
        history_of=history_of,
        folder=Path(__file__).parent,
    )


@pytest.fixture
def tiny_data(monkeypatch):
    """Lets every training of a test learn from the tiny images."""
    from vqkeras import training

    monkeypatch.setattr(training, "load_dataset", load_images)


@pytest.fixture
def eager():
    """Steps without a graph: a few steps are faster than tracing them."""
    import tensorflow as tf

    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)


@pytest.fixture(scope="session")
def whole_run_dir(tmp_path_factory):
    """Folder of the run that tests share; `run_dir` fills it once."""
    return tmp_path_factory.mktemp("runs") / "whole"


@pytest.fixture
def run_dir(whole_run_dir, tiny_data, eager):
    """A whole run of the tiny config, not to be changed."""
    if not whole_run_dir.exists():
        train(CONFIG, whole_run_dir)
    return whole_run_dir


def write_sound(folder, name, seconds, frequency=100.0):
    """A sine that begins anew in every file."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    time = np.arange(round(seconds * RATE)) / RATE
    soundfile.write(path, 0.3 * np.sin(2 * np.pi * frequency * time), RATE)
    return {
        "path": name,
        "kind": name.split("/")[0],
        "source": name.split("/")[1],
        "licence": "CC0",
        "seconds": f"{seconds:g}",
        "sample_rate": str(RATE),
        "credit": f"{name.split('/')[1]} by somebody (file {name})",
        "original": "",
    }


def write_manifest(folder, rows, columns=COLUMNS):
    with (folder / "manifest.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


def fill(folder):
    """Two kinds, of six sources each, of three sounds each."""
    rows = [
        write_sound(folder, f"{kind}/{kind}{source}/{number}.wav", 1.5, 90 + source)
        for kind in ("drums", "speech")
        for source in range(6)
        for number in range(3)
    ]
    write_manifest(folder, rows)
    return folder


@pytest.fixture(scope="session")
def kinds():
    """Makers of such folders."""
    return SimpleNamespace(
        rate=RATE, fill=fill, write_sound=write_sound, write_manifest=write_manifest
    )
