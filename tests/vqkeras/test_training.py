"""Training as a whole: history, resuming, limits, seeds, replicas."""

import dataclasses
import json
import subprocess
import sys

import numpy as np
import pytest

from edge_runtime.errors import UserError
from vqkeras import training
from vqkeras.callbacks.checkpoints import Checkpoints
from vqkeras.callbacks.divergence import Divergence
from vqkeras.callbacks.history_file import read_history
from vqkeras.datasets import DataConfig, Split
from vqkeras.datasets.shard_files import ShardedRows
from vqkeras.run import load_run
from vqkeras.train import train

pytestmark = [
    pytest.mark.usefixtures("tiny_data", "eager"),
    # Keras itself still copies arrays the way of numpy 1.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
    # What the fixture `eager` asks for; tf.data keeps its graph.
    pytest.mark.filterwarnings("ignore:Even though the `tf.config:UserWarning"),
]


def test_the_history_reports_every_loss_and_falls(run_dir):
    rows = read_history(run_dir / "history.csv")
    assert [row["epoch"] for row in rows] == [1, 2, 3]
    for name in (
        "loss",
        "reconstruction_loss",
        "codebook_loss",
        "commitment_loss",
        "perplexity",
        "codebook_usage",
    ):
        assert all(np.isfinite([row[name], row[f"val_{name}"]]).all() for row in rows)
    assert rows[-1]["val_reconstruction_loss"] < rows[0]["val_reconstruction_loss"]
    assert rows[-1]["learning_rate"] < 0.3 * rows[0]["learning_rate"]


@pytest.mark.parametrize("weight_averaging", [0.0, 0.9])
def test_a_killed_and_resumed_run_has_the_history_of_a_whole_one(
    tiny, tmp_path, monkeypatch, run_dir, weight_averaging
):
    config = tiny.with_training(weight_averaging=weight_averaging)
    whole = train(config, tmp_path / "whole") if weight_averaging else run_dir

    # The worst moment: the second epoch is in the history but not in the backup.
    saved = Checkpoints.on_epoch_end

    def killed(self, epoch, logs=None):
        if epoch == 1:
            raise KeyboardInterrupt
        saved(self, epoch, logs)

    with monkeypatch.context() as patch:
        patch.setattr(Checkpoints, "on_epoch_end", killed)
        with pytest.raises(KeyboardInterrupt):
            train(config, tmp_path / "killed")
    assert len(read_history(tmp_path / "killed" / "history.csv")) == 2
    resumed = train(config, tmp_path / "killed", resume=True)

    assert tiny.history_of(resumed) == tiny.history_of(whole)
    seconds = [row["seconds"] for row in read_history(resumed / "history.csv")]
    assert seconds == sorted(seconds)
    inputs = tiny.images(3, 9).array / np.float32(255)
    one, other = (load_run(folder).model(inputs) for folder in (whole, resumed))
    np.testing.assert_array_equal(one, other)


def test_a_finished_run_can_be_prolonged_and_else_stays(tiny, tmp_path):
    config = tiny.with_training(epochs=1)
    run_dir = train(config, tmp_path / "run")
    history = (run_dir / "history.csv").read_text()
    train(config, run_dir, resume=True)
    assert (run_dir / "history.csv").read_text() == history
    train(tiny.with_training(epochs=2), run_dir, resume=True)
    assert len(read_history(run_dir / "history.csv")) == 2
    assert load_run(run_dir).config.training.epochs == 2


def test_without_validation_the_training_loss_decides(tiny, tmp_path):
    data = DataConfig(name="mnist", validation_share=0.0)
    config = dataclasses.replace(tiny.config, data=data)
    run_dir = train(tiny.with_training(config, epochs=2), tmp_path / "run")
    summary = load_run(run_dir).summary
    assert not any(name.startswith("val_") for name in summary["best"])
    assert summary["num_examples"]["validation"] == 0
    rows = read_history(run_dir / "history.csv")
    assert summary["best"]["loss"] == min(row["loss"] for row in rows)


def test_minutes_end_a_run(tiny, tmp_path):
    config = tiny.with_training(epochs=50, minutes=1e-6)
    run_dir = train(config, tmp_path / "run")
    assert load_run(run_dir).summary["epochs"] == 1
    train(config, run_dir, resume=True)
    assert load_run(run_dir).summary["epochs"] == 1
    # The energy forecast knows of the limit, too.
    (line,) = (run_dir / "energy.jsonl").read_text().splitlines()
    assert json.loads(line)["epochs_left"] == 0


def test_steps_per_epoch_sets_the_length_of_an_epoch(tiny, tmp_path, monkeypatch):
    seen = []
    fit = training.keras.Model.fit

    def counted(self, *args, **kwargs):
        result = fit(self, *args, **kwargs)
        seen.append(int(self.optimizer.iterations))
        return result

    monkeypatch.setattr(training.keras.Model, "fit", counted)
    train(tiny.with_training(epochs=2, steps_per_epoch=3), tmp_path / "three")
    train(tiny.with_training(epochs=1), tmp_path / "pass")
    assert seen == [6, 2]


def test_a_seed_repeats_and_another_differs(tiny, tmp_path):
    config = tiny.with_training(epochs=1, learning_rate_schedule="constant")
    one, same, other = (
        tiny.history_of(train(tiny.with_training(config, seed=seed), tmp_path / name))
        for name, seed in (("a", 3), ("b", 3), ("c", 4))
    )
    assert one == same
    assert one != other
    assert one[0]["learning_rate"] == pytest.approx(config.training.learning_rate)


def test_a_loss_that_is_no_number_ends_the_run_and_keeps_the_checkpoint(
    tiny, tmp_path, monkeypatch
):
    original = Divergence.on_epoch_end

    def burst(self, epoch, logs=None):
        if epoch == 1:
            logs["loss"] = float("nan")
        return original(self, epoch, logs)

    monkeypatch.setattr(Divergence, "on_epoch_end", burst)
    with pytest.raises(UserError, match="loss is nan after epoch 2. Start") as caught:
        train(tiny.config, tmp_path / "run")
    assert caught.value.exit_code == 1
    assert len(read_history(tmp_path / "run" / "history.csv")) == 1
    assert (tmp_path / "run" / "last.keras").exists()


TWO_REPLICAS = """
import sys
from pathlib import Path
import tensorflow as tf
cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(
    cpu, [tf.config.LogicalDeviceConfiguration()] * 2
)
sys.path.insert(0, sys.argv[1])
import conftest as tiny
from vqkeras import training
from vqkeras.train import train
training.load_dataset = tiny.load_images
for epochs in (1, 2):
    config = tiny.with_training(
        strategy="mirrored", epochs=epochs, learning_rate_schedule="constant"
    )
    train(config, Path(sys.argv[2]), resume=epochs > 1)
"""


@pytest.mark.slow
def test_two_replicas_train_and_resume_like_one(tiny, tmp_path):
    config = tiny.with_training(epochs=2, learning_rate_schedule="constant")
    single = load_run(train(config, tmp_path / "single"))
    subprocess.run(
        [
            *(sys.executable, "-c", TWO_REPLICAS),
            *(str(tiny.folder), str(tmp_path / "mirrored")),
        ],
        check=True,
        capture_output=True,
    )
    mirrored = load_run(tmp_path / "mirrored")
    assert (single.summary["replicas"], mirrored.summary["replicas"]) == (1, 2)
    rows = [read_history(run.folder / "history.csv") for run in (single, mirrored)]
    for one, other in zip(*rows, strict=True):
        assert other["loss"] == pytest.approx(one["loss"], rel=1e-4)
        assert other["val_loss"] == pytest.approx(one["val_loss"], rel=1e-4)


def test_a_shard_that_cannot_be_read_is_one_line(tiny, tmp_path, monkeypatch):
    whole = training.load_dataset(tiny.config.data, None)
    rows = ShardedRows(tmp_path, "train", [20], (8, 8, 1), compressed=True)
    train_rows = Split(rows, [{}] * 20, variance=0.1)
    broken = dataclasses.replace(whole, train=train_rows)
    monkeypatch.setattr(training, "load_dataset", lambda *_: broken)
    with pytest.raises(UserError, match=r"^Cannot read .*Prepare it again\.$"):
        train(tiny.config, tmp_path / "run")
