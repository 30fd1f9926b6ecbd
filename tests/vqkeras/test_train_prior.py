"""The command `python -m vqkeras.train_prior`: from a codec to a folder, resumable."""

import json

import numpy as np
import pytest
from tensorflow.python.summary.summary_iterator import summary_iterator

from vqkeras.callbacks.history_file import read_history
from vqkeras.train_prior import main

pytestmark = [
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Even though the `tf.config:UserWarning"),
]

YAML = """
name: tiny
units: 4
dilations: [[1, 1]]
crop_cells: 2
training: {epochs: 2, steps_per_epoch: 2, batch_size: 4, learning_rate: 0.01}
"""


@pytest.fixture
def arguments(tmp_path, run_dir, monkeypatch):
    """A command line; the codec is the run that tests share, with its images."""
    from vqkeras import datasets, training

    monkeypatch.setattr(datasets, "load_dataset", training.load_dataset)
    config = tmp_path / "prior.yaml"
    config.write_text(YAML)
    return [str(run_dir), "--config", str(config), "--run_dir", str(tmp_path / "prior")]


def test_it_trains_and_leaves_everything(arguments, tmp_path, capsys):
    assert main(arguments) == 0
    folder = tmp_path / "prior"
    assert capsys.readouterr().out == f"{folder}\n"
    assert {path.name for path in folder.iterdir()} >= {
        *("config.yaml", "versions.json", "codes.npz", "history.csv", "best.keras"),
        *("last.keras", "energy.json", "backup", "tensorboard", "summary.json"),
    }
    summary = json.loads((folder / "summary.json").read_text())
    assert summary["epochs"] == 2 and summary["codec"] == "tiny"
    assert summary["reach"] == 2
    row = read_history(folder / "history.csv")[-1]
    assert {"val_bits_per_code", "val_code_accuracy", "energy_wh"} <= set(row)


def tags_of(folder):
    """What the event files of TensorBoard in a folder hold."""
    return {
        value.tag
        for path in folder.rglob("events.out.*")
        for event in summary_iterator(str(path))
        for value in event.summary.value
    }


def test_tensorboard_has_bits_accuracy_and_filled_holes(arguments, tmp_path):
    assert main(arguments) == 0
    folder = tmp_path / "prior" / "tensorboard"
    figures = {"epoch_bits_per_code", "epoch_code_accuracy"}
    assert figures <= tags_of(folder / "validation")
    assert figures <= tags_of(folder / "train")
    assert tags_of(folder / "fills") == {"fills"}  # images have no sound


def test_resumed_it_has_the_history_of_an_uninterrupted_one(arguments, tmp_path, tiny):
    assert main(arguments) == 0
    whole = tiny.history_of(tmp_path / "prior")
    parts = [*arguments[:-1], str(tmp_path / "parts")]
    rate = ["--training.learning_rate_schedule", "constant"]
    assert main([*arguments, "--force", *rate]) == 0
    whole = tiny.history_of(tmp_path / "prior")
    assert main([*parts, *rate, "--training.epochs", "1"]) == 0
    with np.load(tmp_path / "parts" / "codes.npz") as kept:
        codes = kept["train"]
    assert main([*parts, *rate, "--resume"]) == 0
    assert tiny.history_of(tmp_path / "parts") == whole
    assert codes.shape == (20, 2, 2)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (["--units", "0"], "units must be 1 or more"),
        (["--colour", "3"], "colour"),
        (["--training.epochs", "x"], "training.epochs"),
    ],
)
def test_what_cannot_be_is_one_line(arguments, changes, message, capsys):
    assert main([*arguments, *changes]) == 2
    error = capsys.readouterr().err.strip().splitlines()
    assert len(error) == 1 and message in error[0]


def test_another_codec_is_asked_for_in_one_line(arguments, capsys):
    assert main(["nothing", *arguments[1:]]) == 2
    assert "neither the folder of a trained run nor a preset" in capsys.readouterr().err
