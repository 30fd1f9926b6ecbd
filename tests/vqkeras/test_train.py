"""Training as a whole: the run folder, resuming, limits, replicas, the command."""

import dataclasses
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from edge_runtime.errors import UsageError, UserError
from vqkeras import training
from vqkeras.callbacks.checkpoints import Checkpoints
from vqkeras.callbacks.history_file import read_history
from vqkeras.config import Config, ModelConfig, TrainingConfig
from vqkeras.datasets import DataConfig, Dataset, Split
from vqkeras.run import RunError, load_run
from vqkeras.train import main, train

pytestmark = [
    # Keras itself still copies arrays the way of numpy 1.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
    # What the fixture `eager` asks for; tf.data keeps its graph.
    pytest.mark.filterwarnings("ignore:Even though the `tf.config:UserWarning"),
]

MODEL = ModelConfig(channels=(4,), strides=((4, 4),), codebook_size=8, codebook_dim=2)
CONFIG = Config(
    "tiny",
    data=DataConfig(name="mnist"),
    model=MODEL,
    training=TrainingConfig(epochs=3, batch_size=10, learning_rate=0.02),
)


def with_training(config=CONFIG, **changes):
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


class NeverRead(Split):
    """A test split that training must not touch."""

    def __getitem__(self, index):
        raise AssertionError("training looked at the test split")

    def batches(self, *args, **kwargs):
        raise AssertionError("training looked at the test split")


@pytest.fixture(autouse=True)
def tiny_data(monkeypatch):
    def load(config, settings):
        test = images(4, 2)
        return Dataset(
            name="mnist",
            settings=None,
            train=images(20, 0),
            validation=images(6, 1) if config.validation_share else None,
            test=NeverRead(test.array, test.metadata),
        )

    monkeypatch.setattr(training, "load_dataset", load)


@pytest.fixture(autouse=True)
def eager(request):
    """Steps without a graph: a few steps are faster than tracing them."""
    training.tf.config.run_functions_eagerly("graph" not in request.fixturenames)
    yield
    training.tf.config.run_functions_eagerly(False)


@pytest.fixture
def graph():
    """Asks for steps as they really run."""


def without_clock(rows):
    """History without what depends on the machine."""
    timed = {"seconds", "power_w", "energy_wh", "emissions_g"}
    return [
        {key: value for key, value in row.items() if key not in timed} for row in rows
    ]


@pytest.fixture(scope="module")
def whole_run(tmp_path_factory):
    """An uninterrupted run; the data comes from the patch of the test that asks."""
    return tmp_path_factory.mktemp("runs") / "whole"


@pytest.fixture
def run_dir(whole_run, eager):
    if not whole_run.exists():
        train(CONFIG, whole_run)
    return whole_run


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
    }
    versions = json.loads((run_dir / "versions.json").read_text())
    assert versions["numpy"] == np.__version__
    assert any(name.startswith("tensorflow") for name in versions)
    parts = {path.name for path in (run_dir / "tensorboard").iterdir()}
    assert parts >= {"train", "validation", "examples"}


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


def test_a_run_loads_with_its_best_model(run_dir):
    run = load_run(run_dir)
    assert run.config == CONFIG
    inputs = np.stack([images(6, 1)[place] for place in range(6)])
    outputs = np.asarray(run.model(inputs, training=False))
    best = run.summary["best"]
    mse = np.mean((outputs - inputs) ** 2)
    assert mse == pytest.approx(best["val_reconstruction_loss"], rel=1e-5)
    assert best["val_loss"] == min(
        row["val_loss"] for row in read_history(run_dir / "history.csv")
    )


def test_the_summary_says_what_was_trained_on_what(run_dir):
    summary = load_run(run_dir).summary
    assert summary["num_examples"] == {"train": 20, "validation": 6, "test": 4}
    assert summary["seed"] == 0
    assert summary["epochs"] == 3
    model = load_run(run_dir).model
    weights = [*model.encoder.trainable_weights, *model.decoder.trainable_weights]
    assert summary["num_parameters"] >= sum(np.prod(w.shape) for w in weights) > 0
    assert summary["data_variance"] == pytest.approx(np.var(images(20, 0).array / 255))


@pytest.mark.parametrize("weight_averaging", [0.0, 0.9])
def test_a_killed_and_resumed_run_has_the_history_of_a_whole_one(
    tmp_path, monkeypatch, run_dir, weight_averaging
):
    config = with_training(weight_averaging=weight_averaging)
    whole = run_dir
    if weight_averaging:
        whole = train(config, tmp_path / "whole")

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

    rows = [read_history(folder / "history.csv") for folder in (whole, resumed)]
    assert without_clock(rows[1]) == without_clock(rows[0])
    seconds = [row["seconds"] for row in rows[1]]
    assert seconds == sorted(seconds)
    inputs = images(3, 9).array / np.float32(255)
    one, other = (load_run(folder).model(inputs) for folder in (whole, resumed))
    np.testing.assert_array_equal(one, other)


def test_a_finished_run_can_be_prolonged_and_else_stays(tmp_path):
    config = with_training(epochs=1)
    train(config, tmp_path / "run")
    history = (tmp_path / "run" / "history.csv").read_text()
    train(config, tmp_path / "run", resume=True)
    assert (tmp_path / "run" / "history.csv").read_text() == history
    train(with_training(epochs=2), tmp_path / "run", resume=True)
    assert len(read_history(tmp_path / "run" / "history.csv")) == 2
    assert load_run(tmp_path / "run").config.training.epochs == 2


def test_a_run_is_not_overwritten_by_accident(run_dir, tmp_path):
    before = (run_dir / "history.csv").read_text()
    with pytest.raises(UsageError, match="--resume to continue it, --force to"):
        train(CONFIG, run_dir)
    changed = dataclasses.replace(
        CONFIG, model=dataclasses.replace(MODEL, codebook_size=16)
    )
    with pytest.raises(UsageError, match="model.codebook_size=8, now it is 16"):
        train(changed, run_dir, resume=True)
    assert (run_dir / "history.csv").read_text() == before
    with pytest.raises(UsageError, match="holds no run to resume"):
        train(CONFIG, tmp_path / "none", resume=True)


def test_force_deletes_runs_only(tmp_path):
    letters = tmp_path / "letters"
    letters.mkdir()
    (letters / "love.txt").write_text("dear")
    with pytest.raises(UsageError, match="exists and is not a run"):
        train(CONFIG, letters, force=True)
    assert (letters / "love.txt").exists()
    config = with_training(epochs=1)
    run = train(config, tmp_path / "run")
    (run / "backup" / "mark").write_text("old")
    train(config, run, force=True)
    assert not (run / "backup" / "mark").exists()


def test_without_validation_the_training_loss_decides(tmp_path):
    data = DataConfig(name="mnist", validation_share=0.0)
    config = with_training(dataclasses.replace(CONFIG, data=data), epochs=2)
    summary = load_run(train(config, tmp_path / "run")).summary
    assert not any(name.startswith("val_") for name in summary["best"])
    assert summary["num_examples"]["validation"] == 0
    rows = read_history(tmp_path / "run" / "history.csv")
    assert summary["best"]["loss"] == min(row["loss"] for row in rows)


def test_minutes_end_a_run(tmp_path):
    config = with_training(epochs=50, minutes=1e-6)
    train(config, tmp_path / "run")
    assert load_run(tmp_path / "run").summary["epochs"] == 1
    train(config, tmp_path / "run", resume=True)
    assert load_run(tmp_path / "run").summary["epochs"] == 1


def test_steps_per_epoch_sets_the_length_of_an_epoch(tmp_path, monkeypatch):
    seen = []
    fit = training.keras.Model.fit

    def counted(self, *args, **kwargs):
        result = fit(self, *args, **kwargs)
        seen.append(int(self.optimizer.iterations))
        return result

    monkeypatch.setattr(training.keras.Model, "fit", counted)
    train(with_training(epochs=2, steps_per_epoch=3), tmp_path / "two")
    train(with_training(epochs=1), tmp_path / "pass")
    assert seen == [6, 2]


def test_a_seed_repeats_and_another_differs(tmp_path, run_dir):
    config = with_training(epochs=1, learning_rate_schedule="constant")
    histories = [
        without_clock(
            read_history(
                train(with_training(config, seed=seed), tmp_path / name) / "history.csv"
            )
        )
        for name, seed in (("a", 3), ("b", 3), ("c", 4))
    ]
    assert histories[0] == histories[1]
    assert histories[0] != histories[2]


def test_a_loss_that_is_no_number_ends_the_run_and_keeps_the_checkpoint(
    tmp_path, monkeypatch
):
    def burst(self, epoch, logs=None):
        if epoch == 1:
            logs["loss"] = float("nan")
        return original(self, epoch, logs)

    original = training.Divergence.on_epoch_end
    monkeypatch.setattr(training.Divergence, "on_epoch_end", burst)
    with pytest.raises(UserError, match="loss is nan after epoch 2. Lower") as caught:
        train(CONFIG, tmp_path / "run")
    assert caught.value.exit_code == 1
    assert len(read_history(tmp_path / "run" / "history.csv")) == 1


def test_a_folder_without_a_run_cannot_be_loaded(tmp_path):
    with pytest.raises(RunError, match="has no config.yaml") as caught:
        load_run(tmp_path)
    assert caught.value.exit_code == 4


def test_a_damaged_model_is_one_clear_line(tmp_path):
    train(with_training(epochs=1), tmp_path / "run")
    (tmp_path / "run" / "best.keras").write_bytes(b"not a model")
    with pytest.raises(RunError, match="Cannot load"):
        _ = load_run(tmp_path / "run").model


YAML = """
name: tiny
data: {name: mnist}
model: {channels: [4], strides: [[4, 4]], codebook_size: 8, codebook_dim: 2}
training: {epochs: 1, batch_size: 8, learning_rate: 0.01}
"""


@pytest.fixture
def config_file(tmp_path):
    path = tmp_path / "tiny.yaml"
    path.write_text(YAML)
    return str(path)


def test_the_command_trains_and_resumes(graph, tmp_path, config_file, capsys):
    run_dir = str(tmp_path / "run")
    assert main(["--config", config_file, "--run_dir", run_dir]) == 0
    assert capsys.readouterr().out == f"{run_dir}\n"
    more = ["--resume", "--run_dir", run_dir, "--training.epochs", "2"]
    assert main(more) == 0
    assert len(read_history(tmp_path / "run" / "history.csv")) == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--model.codebok=3"], "Unknown key model.codebok in the command line"),
        (["--training.learning_rate=9"], "training.learning_rate must lie in"),
        (["--resume", "--run_dir", "nowhere"], "holds no run to resume"),
        (["--strategy", "many"], "strategy"),
    ],
)
def test_a_wrong_command_is_one_line_and_exit_code_2(
    config_file, capsys, arguments, message
):
    assert main(["--config", config_file, *arguments]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert message in output.err
    assert len(output.err.splitlines()) == 1


def test_an_interrupted_command_returns_130(config_file, monkeypatch, tmp_path):
    def interrupted(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(training, "fit_run", interrupted)
    arguments = ["--config", config_file, "--run_dir", str(tmp_path / "run")]
    assert main(arguments) == 130


def test_help_needs_no_tensorflow():
    code = (
        "import sys\nfrom vqkeras.train import main\n"
        "try:\n    main(['--help'])\n"
        "except SystemExit as end:\n    assert end.code in (0, None)\n"
        "assert not {'tensorflow', 'keras'} & set(sys.modules)"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )
    for option in ("--config", "--run_dir", "--resume", "--training.minutes"):
        assert option in shown.stdout


def test_without_its_extra_the_command_names_it():
    code = (
        "import sys\nsys.modules['jsonargparse'] = None\n"
        "from vqkeras.train import main\nsys.exit(main(['--config', 'x.yaml']))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert shown.returncode == 3
    assert "vqkeras[train]" in shown.stderr


TWO_REPLICAS = """
import dataclasses, sys, warnings
from pathlib import Path
import numpy as np
import tensorflow as tf
cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(
    cpu, [tf.config.LogicalDeviceConfiguration()] * 2
)
sys.path.insert(0, sys.argv[1])
import test_train as here
from vqkeras import training
from vqkeras.datasets import Dataset
from vqkeras.train import train
training.load_dataset = lambda config, settings: Dataset(
    "mnist", None, here.images(16, 0), here.images(8, 1), here.images(4, 2)
)
for strategy in ("single", "mirrored"):
    config = here.with_training(strategy=strategy, epochs=2)
    train(config, Path(sys.argv[2]) / strategy)
config = here.with_training(strategy="mirrored", epochs=3)
train(config, Path(sys.argv[2]) / "mirrored", resume=True)
"""


@pytest.mark.slow
def test_two_replicas_train_like_one(tmp_path):
    here = str(Path(__file__).parent)
    subprocess.run(
        [sys.executable, "-c", TWO_REPLICAS, here, str(tmp_path)],
        check=True,
        capture_output=True,
    )
    single, mirrored = (load_run(tmp_path / name) for name in ("single", "mirrored"))
    assert (single.summary["replicas"], mirrored.summary["replicas"]) == (1, 2)
    rows = [read_history(run.folder / "history.csv") for run in (single, mirrored)]
    assert len(rows[1]) == 3
    for one, other in zip(*rows, strict=False):
        assert other["loss"] == pytest.approx(one["loss"], rel=1e-4)
        assert other["val_loss"] == pytest.approx(one["val_loss"], rel=1e-4)
