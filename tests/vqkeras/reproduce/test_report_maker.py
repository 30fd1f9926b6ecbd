"""The command from end to end, on a handful of images and notes."""

import gzip
import json
import struct
from dataclasses import replace

import numpy as np
import pytest
import tensorflow as tf

from edge_runtime.errors import UsageError
from vqkeras import trained_runs
from vqkeras.reproduce import __main__ as command
from vqkeras.reproduce import ablation, report_maker
from vqkeras.reproduce.figures.table import FIGURES
from vqkeras.reproduce.plan import QUICK, AblationPlan, BayesPlan, EnergyPlan, Plan
from vqkeras.run import load_run
from vqkeras.run_codec import RunCodec, examples_of

pytestmark = [
    pytest.mark.slow,
    # Keras itself still copies arrays the way of numpy 1.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
    # What the fixture asks for; tf.data keeps its graph.
    pytest.mark.filterwarnings("ignore:Even though the `tf.config:UserWarning"),
    # A handful of examples has fewer distinct patches than the codebook has places.
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
]

_OVERRIDES = (
    *("--model.channels", "[8, 8]"),
    *("--data.limit", "20", "--training.batch_size", "4"),
    *("--training.epochs", "2", "--training.steps_per_epoch", "1"),
)
TINY = Plan(
    name="quick",
    notes_config=QUICK.notes_config,
    image_overrides=_OVERRIDES,
    notes_overrides=(
        *(*_OVERRIDES, "--data.families", "[organ, mallet]"),
        # 4 s of 2.4 kHz: 300 frames x 64 bins.
        *("--spectrogram.sample_rate", "2400", "--spectrogram.n_fft", "128"),
        *("--spectrogram.hop_length", "32"),
    ),
    ablation=AblationPlan(steps=1, seeds=(0,), examples=4),
    bayes=BayesPlan(
        images=2, notes=1, training_examples=4, tuning_examples=1, radii=(2,)
    ),
    energy=EnergyPlan(steps=1, rounds=1, batch_size=1),
)


def write_mnist(folder):
    """Strokes in the four files of MNIST."""
    folder.mkdir()
    rng = np.random.default_rng(0)
    for part, count in (("train", 60), ("t10k", 20)):
        images = np.zeros((count, 28, 28), np.uint8)
        for image in images:
            row, column = rng.integers(6, 20, 2)
            image[row : row + 3, 6:22] = image[6:22, column : column + 3] = 255
        labels = (np.arange(count) % 10).astype(np.uint8)
        for kind, values in (("images-idx3", images), ("labels-idx1", labels)):
            header = struct.pack(">BBBB", 0, 0, 8, values.ndim)
            header += struct.pack(f">{values.ndim}I", *values.shape)
            path = folder / f"{part}-{kind}-ubyte.gz"
            path.write_bytes(gzip.compress(header + values.tobytes()))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A report and its runs; steps run without a graph, which is faster for a few."""
    folder = tmp_path_factory.mktemp("reproduce")
    write_mnist(folder / "mnist")
    tf.config.run_functions_eagerly(True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VQKERAS_DATA", str(folder))
        patch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
        patch.setattr(command, "QUICK", TINY)
        for data, model in ablation.MODELS.items():
            small = replace(model, channels=(4, 8), block_units=4, codebook_size=16)
            patch.setitem(ablation.MODELS, data, small)
        arguments = ["--out", str(folder / "report"), "--runs", str(folder / "runs")]
        try:
            yield folder, lambda: command.main([*arguments, "--quick", "--debug"])
        finally:
            tf.config.run_functions_eagerly(False)


@pytest.fixture
def report(made, capsys):
    folder, run = made
    if not (folder / "report").exists():
        assert run() == 0
        assert capsys.readouterr().out.strip() == str(folder / "report" / "README.md")
    return folder / "report"


def test_the_report_has_every_number_the_issue_asks_for(report):
    results = json.loads((report / "report.json").read_text())
    for bits in (1600, 784, 343):
        numbers = results[f"mnist_{bits}_bits"]
        assert numbers["bits"] == bits
        assert numbers["epochs"] == 2
        assert numbers["seed"] == 0
        assert 0.0 < numbers["test_mse"] < 1.0
        assert numbers["seconds"] > 0.0
        assert len(numbers["history"]) == 2
    assert results["notes"]["lsd_db"] > 0.0
    assert {row["data"] for row in results["ablation"]["rows"]} == {"mnist", "notes"}
    studies = results["naive_bayes"]
    assert set(studies) == {"mnist_paper", "mnist_small", "synthetic_demo"}
    for study in studies.values():
        assert {row["radius"] for row in study["variants"]} == {2}
    energy = results["energy"]
    assert energy["method"].startswith(("measured:", "estimated:"))
    for row in energy["rows"]:
        assert row["energy_wh"] > 0.0
        assert row["num_parameters"] > 10_000


def test_the_text_shows_every_figure(report):
    text = (report / "README.md").read_text()
    for name in FIGURES:
        assert f"({name}.png)" in text
        assert (report / f"{name}.png").stat().st_size > 5000
    assert "This is a quick report" in text
    assert "`configs/mnist_paper.yaml` | 20x20 cells, 16 codes | 1,600 |" in text
    assert "nan" not in text


def test_the_numbers_are_those_of_the_model(made, report):
    codec = RunCodec(load_run(made[0] / "runs" / "mnist_small"))
    test = codec.run.dataset.test
    examples = examples_of(test, range(len(test)))
    outputs = np.asarray(codec.run.model(examples))
    codemaps = codec.encode(examples)
    np.testing.assert_allclose(
        codec.decode(codemaps), np.clip(outputs, 0.0, 1.0), atol=1e-5
    )
    results = json.loads((report / "report.json").read_text())
    assert results["mnist_343_bits"]["test_mse"] == pytest.approx(
        np.mean((np.clip(outputs, 0.0, 1.0) - examples) ** 2), rel=1e-4
    )
    assert codec.bits == 343.0


def test_a_second_call_makes_nothing_again(made, report, monkeypatch):
    def never(*arguments, **options):
        raise AssertionError("made again")

    for name in ("numbers_of", "train_variant", "naive_bayes_study", "weigh_training"):
        monkeypatch.setattr(report_maker, name, never)
    monkeypatch.setattr(trained_runs, "train", never)
    before = {path.name: path.stat().st_mtime_ns for path in report.glob("*.png")}
    text = (report / "README.md").read_text()
    assert made[1]() == 0
    assert (report / "README.md").read_text() == text
    after = {path.name: path.stat().st_mtime_ns for path in report.glob("*.png")}
    assert after == before


def test_a_missing_figure_alone_is_drawn_again(made, report):
    path, other = (report / f"{name}.png" for name in list(FIGURES)[:2])
    before = other.stat().st_mtime_ns
    path.unlink()
    assert made[1]() == 0
    assert path.exists()
    assert other.stat().st_mtime_ns == before


def test_an_unfinished_run_goes_on(made, report):
    run_dir = made[0] / "runs" / "mnist_medium"
    summary = (run_dir / "summary.json").read_bytes()
    (run_dir / "summary.json").unlink()
    run = trained_runs.trained_run("mnist_medium", run_dir, TINY.image_overrides)
    assert run.summary["epochs"] == 2
    (run_dir / "summary.json").write_bytes(summary)


def test_a_run_of_another_config_is_refused(made, report):
    with pytest.raises(UsageError, match="holds a run of another config than mnist_"):
        trained_runs.trained_run("mnist_small", made[0] / "runs" / "mnist_paper")


def test_any_finished_run_of_sound_may_stand_for_the_notes(made, report):
    runs = made[0] / "runs"
    run = trained_runs.trained_notes(
        "nsynth_small", runs / "synthetic_demo", (), verbose=0
    )
    assert run.config.name == "synthetic_demo"
    with pytest.raises(UsageError, match="is a run of images"):
        trained_runs.trained_notes("nsynth_small", runs / "mnist_small", (), verbose=0)


def test_a_text_of_something_else_is_kept(tmp_path, capsys):
    (tmp_path / "README.md").write_text("my thesis")
    assert command.main(["--out", str(tmp_path)]) == 2
    assert "exists and is no report" in capsys.readouterr().err
    (tmp_path / "report.json").write_text("[]")
    assert command.main(["--out", str(tmp_path)]) == 2
    (tmp_path / "report.json").write_text('{"plan": "full"}')
    assert command.main(["--out", str(tmp_path), "--quick"]) == 2
    assert "holds a full report" in capsys.readouterr().err
    assert (tmp_path / "README.md").read_text() == "my thesis"
    (tmp_path / "file").touch()
    assert command.main(["--out", str(tmp_path / "file" / "report")]) == 1
    assert "Cannot make folder" in capsys.readouterr().err
