"""The run folder: what is in it, how it is opened, and that it is not lost."""

import dataclasses
import json
import platform
import subprocess
import sys

import numpy as np
import pytest

from edge_runtime.errors import UsageError
from vqkeras.callbacks.history_file import read_history
from vqkeras.folder_lock import locked_folder
from vqkeras.run import RunError, load_run, prepare_run
from vqkeras.train import train

pytestmark = [
    pytest.mark.usefixtures("tiny_data", "eager"),
    # Keras itself still copies arrays the way of numpy 1.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
    # What the fixture `eager` asks for; tf.data keeps its graph.
    pytest.mark.filterwarnings("ignore:Even though the `tf.config:UserWarning"),
]


def test_a_run_leaves_the_promised_files(run_dir):
    names = {path.name for path in run_dir.iterdir()}
    assert names >= {
        "config.yaml",
        "versions.json",
        "history.csv",
        "best.keras",
        "last.keras",
        "backup",
        "tensorboard",
        "summary.json",
        "energy.json",
    }
    versions = json.loads((run_dir / "versions.json").read_text())
    assert versions["numpy"] == np.__version__
    assert any(name.startswith("tensorflow") for name in versions)
    assert platform.release() not in versions["platform"]
    parts = {path.name for path in (run_dir / "tensorboard").iterdir()}
    assert parts >= {"train", "validation", "examples"}


def test_a_run_loads_with_its_best_model(tiny, run_dir):
    run = load_run(run_dir)
    assert run.config == tiny.config
    inputs = tiny.images(6, 1).array / np.float32(255)
    outputs = np.asarray(run.model(inputs, training=False))
    best = run.summary["best"]
    mse = np.mean((outputs - inputs) ** 2)
    assert mse == pytest.approx(best["val_reconstruction_loss"], rel=1e-5)
    assert best["val_loss"] == min(
        row["val_loss"] for row in read_history(run_dir / "history.csv")
    )


def test_the_summary_says_what_was_trained_on_what(tiny, run_dir):
    run = load_run(run_dir)
    assert run.summary["num_examples"] == {"train": 20, "validation": 6, "test": 4}
    assert (run.summary["seed"], run.summary["epochs"]) == (0, 3)
    variance = np.var(tiny.images(20, 0).array / 255.0)
    assert run.summary["data_variance"] == pytest.approx(variance)
    model = run.model
    weights = [*model.encoder.weights, *model.decoder.weights]
    expected = sum(int(np.prod(weight.shape)) for weight in weights)
    assert run.summary["num_parameters"] == expected > 0


def test_a_run_is_not_overwritten_by_accident(tiny, run_dir, tmp_path):
    before = (run_dir / "history.csv").read_text()
    with pytest.raises(UsageError, match="--resume to continue it, --force to"):
        train(tiny.config, run_dir)
    model = dataclasses.replace(tiny.config.model, codebook_size=16)
    changed = dataclasses.replace(tiny.config, model=model)
    with pytest.raises(UsageError, match="model.codebook_size=8, now it is 16"):
        train(changed, run_dir, resume=True)
    assert (run_dir / "history.csv").read_text() == before
    with pytest.raises(UsageError, match="holds no run to resume"):
        train(tiny.config, tmp_path / "none", resume=True)


def test_force_deletes_runs_only(tiny, tmp_path):
    letters = tmp_path / "letters"
    letters.mkdir()
    (letters / "love.txt").write_text("dear")
    with pytest.raises(UsageError, match="exists and is not a run"):
        train(tiny.config, letters, force=True)
    assert (letters / "love.txt").exists()
    config = tiny.with_training(epochs=1)
    run = train(config, tmp_path / "run")
    (run / "backup" / "mark").write_text("old")
    train(config, run, force=True)
    assert not (run / "backup" / "mark").exists()


def test_what_a_killed_start_left_is_in_nobodys_way(tiny, tmp_path):
    (tmp_path / ".vqkeras-x2a.yaml").write_text("name: ti")
    prepare_run(tiny.config, tmp_path, resume=False, force=False)
    assert (tmp_path / "config.yaml").is_file()
    (tmp_path / "config.yaml").unlink()
    (tmp_path / "notes.txt").touch()
    with pytest.raises(UsageError, match="exists and is not a run"):
        prepare_run(tiny.config, tmp_path, resume=False, force=False)


def test_a_folder_without_a_run_cannot_be_loaded(tmp_path):
    with pytest.raises(RunError, match="has no config.yaml") as caught:
        load_run(tmp_path)
    assert caught.value.exit_code == 4


def test_a_damaged_model_is_one_clear_line(tiny, tmp_path):
    train(tiny.with_training(epochs=1), tmp_path / "run")
    (tmp_path / "run" / "best.keras").write_bytes(b"not a model")
    with pytest.raises(RunError, match="Cannot load") as caught:
        _ = load_run(tmp_path / "run").model
    assert len(str(caught.value).splitlines()) == 1


def test_a_folder_has_one_training_at_a_time(tiny, tmp_path):
    program = (
        "import sys\nfrom pathlib import Path\n"
        "from vqkeras.folder_lock import locked_folder\n"
        "with locked_folder(Path(sys.argv[1])):\n"
        "    print('held', flush=True)\n    sys.stdin.read()"
    )
    run = tmp_path / "run"
    with subprocess.Popen(
        [sys.executable, "-c", program, str(run)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=tiny.folder.parents[1],
    ) as holder:
        assert holder.stdout.readline() == b"held\n"
        for options in ({}, {"resume": True}, {"force": True}):
            with pytest.raises(UsageError, match="Another program works in"):
                train(tiny.config, run, **options)
        holder.kill()
    with locked_folder(run):
        pass  # the lock went with the program


def test_a_damaged_model_is_one_line(run_dir, tmp_path):
    run = tmp_path / "run"
    run.mkdir()
    (run / "config.yaml").write_bytes((run_dir / "config.yaml").read_bytes())
    content = bytearray((run_dir / "best.keras").read_bytes())
    for place in range(60, len(content), 211):
        content[place] ^= 0x55
    (run / "best.keras").write_bytes(content)
    with pytest.raises(RunError, match="Cannot load .*best.keras") as caught:
        _ = load_run(run).model
    assert "\n" not in str(caught.value)
