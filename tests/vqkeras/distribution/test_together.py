"""Two processes train as one, one of them is lost, and both go on as if it were not."""

import os
import subprocess
import sys
import time
from pathlib import Path

import keras
import numpy as np
import pytest
from jsonargparse import ArgumentParser

from vqkeras import training
from vqkeras.callbacks.history_file import read_history
from vqkeras.config_file import parse_fields
from vqkeras.distribution.cluster import tf_config
from vqkeras.priors.config import PriorConfig
from vqkeras.run import load_run
from vqkeras.train import train
from vqkeras.train_prior import train_prior
from vqkeras.workers import free_ports

pytestmark = [
    pytest.mark.slow,  # seven starts of TensorFlow
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Even though the `tf.config:UserWarning"),
]
PROGRAM = Path(__file__).with_name("one_worker.py")


def run_workers(folder, part, count=2):
    """Exit codes and lines of standard error of all workers, and the seconds that the
    first one went on after the others."""
    addresses = [f"127.0.0.1:{port}" for port in free_ports(count)]
    workers = []
    for number in range(count):
        environment = {
            "TF_CONFIG": tf_config(addresses, number),
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "OMP_NUM_THREADS": "1",
        }
        with (folder / f"{part}-{number}.txt").open("w") as said:
            workers.append(
                subprocess.Popen(
                    [sys.executable, str(PROGRAM), str(folder), part],
                    env=os.environ | environment,
                    stderr=said,
                )
            )
    for worker in workers[1:]:
        worker.wait()
    start = time.monotonic()
    workers[0].wait()
    files = [folder / f"{part}-{number}.txt" for number in range(count)]
    said = [file.read_text().splitlines() for file in files]
    return [worker.returncode for worker in workers], said, time.monotonic() - start


@pytest.fixture
def alone(monkeypatch):
    """Weights that a training of this process ends with, by their names."""
    weights = {}
    fit = keras.Model.fit

    def kept(model, *args, **kwargs):
        fit(model, *args, **kwargs)
        weights.update({weight.path: weight.numpy() for weight in model.weights})

    monkeypatch.setattr(keras.Model, "fit", kept)
    keras.utils.clear_session()  # weights are called as in a process of their own
    return weights


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """Folder of the trainings, and how the one ended that lost a worker."""
    folder = tmp_path_factory.mktemp("together")
    return folder, run_workers(folder, "whole")


def weights_of(folder, name):
    with np.load(folder / f"{name}.npz") as kept:
        return dict(kept)


def test_two_processes_train_as_one(trained, alone, tiny, tiny_data, eager):
    folder, (_, said, _) = trained
    assert (folder / "whole-0.npz").exists(), said
    config = tiny.with_training(epochs=2, batch_size=12, weight_averaging=0.9)
    run = load_run(train(config, folder / "alone"))
    first, second = (weights_of(folder, f"whole-{number}") for number in range(2))
    assert set(alone) == set(first) == set(second)
    for name, values in first.items():
        if "codebook" in name:
            np.testing.assert_array_equal(values, second[name], err_msg=name)
        np.testing.assert_allclose(values, second[name], atol=1e-5, err_msg=name)
        np.testing.assert_allclose(values, alone[name], atol=1e-5, err_msg=name)

    together = load_run(folder / "whole")
    assert together.summary["replicas"] == 2
    rows = [read_history(one.folder / "history.csv") for one in (run, together)]
    for one, other in zip(*rows, strict=True):
        for name in set(one) - {"seconds", "power_w", "energy_wh", "emissions_g"}:
            assert other[name] == pytest.approx(one[name], rel=1e-4, abs=1e-6), name
    missing = (together.folder / "energy.json").read_text()
    assert "of 2 workers this is the machine of the first alone" in missing


def test_a_lost_worker_ends_the_other_and_both_go_on_as_if_it_were_not(trained):
    folder, ((first, second), said, seconds) = trained
    assert second == -9
    assert first == 1, said[0]
    assert seconds < 60.0
    assert said[0][-1].startswith("error: Another worker was lost. Start all of them")
    assert sum("error: " in line for line in said[0]) == 1
    assert len(read_history(folder / "parts" / "history.csv")) == 1

    codes, said, _ = run_workers(folder, "resumed")
    assert codes == [0, 0], said
    for number in range(2):
        whole, resumed = (
            weights_of(folder, f"{name}-{number}") for name in ("whole", "parts")
        )
        for name, values in whole.items():
            np.testing.assert_array_equal(values, resumed[name], err_msg=name)


def test_three_processes_train_as_two(trained):
    folder, _ = trained
    codes, said, _ = run_workers(folder, "three", 3)
    assert codes == [0, 0, 0], said
    two = weights_of(folder, "whole-0")
    first, *others = (weights_of(folder, f"three-{number}") for number in range(3))
    for name, values in first.items():
        np.testing.assert_allclose(values, two[name], atol=1e-5, err_msg=name)
        for other in others:
            if "codebook" in name:
                np.testing.assert_array_equal(values, other[name], err_msg=name)
            np.testing.assert_allclose(values, other[name], atol=1e-5, err_msg=name)


def test_a_prior_is_trained_as_one(trained, alone, tiny_data, eager, monkeypatch):
    folder, (_, said, _) = trained
    assert (folder / "prior-0.npz").exists(), said
    monkeypatch.setattr("vqkeras.datasets.load_dataset", training.load_dataset)
    again = ["--config", str(folder / "prior" / "config.yaml")]
    parser = ArgumentParser(exit_on_error=False)
    _, config = parse_fields(
        parser, [*again, "--training.strategy=single"], PriorConfig
    )
    train_prior(config, load_run(folder / "whole"), folder / "prior_alone")
    first, second = (weights_of(folder, f"prior-{number}") for number in range(2))
    assert list(first) == list(second)
    # Workers made a codec before, so their layers have higher numbers.
    for (name, values), one in zip(first.items(), alone.values(), strict=True):
        np.testing.assert_allclose(values, second[name], atol=1e-5, err_msg=name)
        np.testing.assert_allclose(values, one, atol=1e-5, err_msg=name)
