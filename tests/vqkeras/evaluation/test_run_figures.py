"""A run of two codes a cell measured as `general` was, by kind of sound."""

import dataclasses
import json

import pytest

from edge_runtime.spectrogram.region import Region
from tests.vqkeras.evaluated_run import MODEL, SETTINGS, make_run, notes
from vqkeras.datasets import DataConfig, Split
from vqkeras.evaluation import run_figures as module
from vqkeras.evaluation import told
from vqkeras.evaluation.cells_study import measure_network
from vqkeras.evaluation.held_out import HeldOutHole
from vqkeras.evaluation.kinds import evaluate_kinds
from vqkeras.evaluation.opus import opus_is_here
from vqkeras.evaluation.reconstruction import evaluate_reconstruction
from vqkeras.evaluation.run_figures import main, run_figures

# Keras itself still copies arrays the way of numpy 1.
pytestmark = pytest.mark.filterwarnings(
    "ignore:__array__ implementation:DeprecationWarning"
)


def of_kinds(count, seed):
    """Notes that are said to be of two kinds."""
    split = notes(count, seed)
    kinds = [{"kind": ("hits", "tones")[number % 2]} for number in range(count)]
    return Split(split.array, kinds, read_audio=split.audio)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "two"
    two = dataclasses.replace(MODEL, codebooks=2)
    made = make_run(folder, "synthetic", SETTINGS, of_kinds, two)
    config = dataclasses.replace(made.config, data=DataConfig("general"))
    general = dataclasses.replace(made, config=config)
    general.__dict__.update(model=made.model, dataset=made.dataset)
    return general


def test_figures_are_those_of_evaluate(run, monkeypatch):
    monkeypatch.setattr(module, "CLIPS", 3)
    monkeypatch.setattr(module, "PER_KIND", 1)
    figures = run_figures(run)
    assert (figures["name"], figures["num_examples"]) == ("synthetic", 3)
    expected = evaluate_reconstruction(run, run.dataset.test, limit=3)
    assert figures["nmse"] == pytest.approx(expected["nmse"])
    assert len(figures["stages"]) == 2
    assert {row["kind"] for row in figures["kinds"]} == {"hits", "tones"}
    of_run = [row for row in figures["kinds"] if row["spectrogram"] == "this_run"]
    again = evaluate_kinds(run, run.dataset.test, limit=1)
    assert of_run == [row for row in again if row["spectrogram"] == "this_run"]
    opus = [row for row in figures["kinds"] if row["spectrogram"] == "opus"]
    assert len(opus) == (2 if opus_is_here() else 0)
    # Opus has no lower rate than some 6 kbit/s, and is asked for that of the codes.
    assert all(row["bitrate_bps"] > figures["bitrate_bps"] / 2 for row in opus)


def test_a_run_is_a_row_of_the_study(run, no_trees, monkeypatch):
    monkeypatch.setattr(told, "DRAWS", 20)
    test, region = run.dataset.test, Region(0.06, 0.12, 0.0, SETTINGS.sample_rate / 2)
    holes = [
        HeldOutHole("x", f"origin {place}", "gap", audio, None, region)
        for place, audio in enumerate([test.audio(k % len(test)) for k in range(6)])
    ]
    given = {"train": run.dataset.train, "test": test, "holes": holes}
    row = measure_network(run, {**given, "settings": SETTINGS})
    assert row["bitrate_bps"] == 250 * 8 * 2 * 3
    assert (row["name"], row["network"]) == ("synthetic", True)
    of_run = [
        each for each in evaluate_kinds(run, test) if each["spectrogram"] == "this_run"
    ]
    mean = sum(each["lsd_db"] for each in of_run) / 2
    assert row["lsd_db"] == pytest.approx(mean)


def test_the_command_writes_figures_and_a_page(run, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(module, "codec_of", lambda name: run)
    out = tmp_path / "figures.json"
    assert main([str(run.folder), "--out", str(out)]) == 0
    table = capsys.readouterr().out
    assert "code 2 of a cell" in table
    assert json.loads(out.read_text())["name"] == "synthetic"
    assert table.strip() in out.with_suffix(".md").read_text()
    assert main([str(run.folder), "--out", str(out)]) == 2
