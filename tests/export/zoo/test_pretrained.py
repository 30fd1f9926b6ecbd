import json
import shutil

import pytest
import yaml

from edge_runtime.bundle.bundle_file import read_bundle
from edge_runtime.bundle.shipped import shipped_path
from export.zoo import pretrained
from export.zoo.pretrained import main
from vqkeras.run import load_run, write_json

pytestmark = pytest.mark.filterwarnings(
    # Keras itself still copies arrays the way of numpy 1.
    "ignore:__array__ implementation:DeprecationWarning"
)
ENERGY = {
    "energy_wh": 1.5,
    "emissions_g": 0.75,
    "method": "estimated:test",
    "grid_g_per_kwh": 500.0,
    "grid_source": "a test",
    "place": "nowhere",
    "pue": 1.0,
    "hardware": "none",
    "missing": {},
}


@pytest.fixture
def folders(tmp_path, run_dir, prior_dir, monkeypatch):
    """Options of the command, with tiny runs in place of hours of training."""
    runs = tmp_path / "runs"
    for name in ("first", "second"):
        shutil.copytree(run_dir, runs / name)
        write_json(ENERGY, runs / name / "energy.json")
        summary = json.loads((run_dir / "summary.json").read_text())
        summary |= {"num_parameters": 1234, "seconds": 120.0, "num_examples": {}}
        summary["num_examples"]["train"] = 5
        write_json(summary, runs / name / "summary.json")
    shutil.copytree(prior_dir, runs / "first_prior")
    write_json({"seconds": 180.0}, runs / "first_prior" / "summary.json")
    monkeypatch.setattr(pretrained, "PRETRAINED", {"first": ".", "second": "live"})
    monkeypatch.setattr(pretrained, "FLOAT_TWINS", {"first": "float32"})
    monkeypatch.setattr(
        "vqkeras.trained_runs.trained_run",
        lambda name, folder, verbose: load_run(folder),
    )
    monkeypatch.setattr(
        "vqkeras.datasets.soundfont.main", lambda arguments: int("bad" in arguments[0])
    )
    return {
        "--runs": runs,
        "--models": tmp_path / "models",
        "--reports": tmp_path / "reports",
    }


def _arguments(folders, font):
    pairs = (folders | {"--soundfont": font}).items()
    return [str(part) for pair in pairs for part in pair]


@pytest.mark.slow
def test_bundles_figures_and_card(folders, capsys):
    assert main(_arguments(folders, "good.sf2")) == 0
    models = folders["--models"]
    written = capsys.readouterr().out.split()
    for name, folder in (("first", models), ("second", models / "live")):
        assert read_bundle(folder / f"{name}.tflite").metadata["number_format"] == (
            "int8"
        )
        twins = models / "float32" if name == "first" else folders["--runs"]
        twin = twins / f"{name}_float32.tflite"
        assert read_bundle(twin).metadata["number_format"] == "float32"
        assert str(twin) in written
        for path in (folder / f"{name}.tflite", twin):
            assert (read_bundle(path).prior is not None) == (name == "first")
        report = json.loads((folders["--reports"] / f"{name}.json").read_text())
        assert f"| nmse | {report['nmse']:.4f} " in (
            (models / "model_card.md").read_text()
        )
    card = (models / "model_card.md").read_text()
    assert card.count(" of them the prior, ") == card.count("\n| prior | ") == 1
    assert ", 3 min, " in card and "\n\n## Limits\n\n- Its figures" in card
    front = yaml.safe_load((models / "model_card.md").read_text().split("---\n")[1])
    assert front["co2_eq_emissions"]["emissions"] == 1.5  # of both trainings
    assert "estimated:test" in front["co2_eq_emissions"]["source"]
    # Both are copies of one run, and bring their figures.
    assert [each["name"] for each in front["model-index"]] == ["tiny", "tiny"]
    assert front["pipeline_tag"] == "audio-to-audio" and "codec" in front["tags"]


def test_a_bundle_with_a_prior_stays_until_the_new_codes_have_one(folders, capsys):
    shutil.rmtree(folders["--runs"] / "first_prior")
    path = folders["--models"] / "first.tflite"
    path.parent.mkdir()
    shutil.copyfile(shipped_path("nsynth_light"), path)
    assert main(_arguments(folders, "good.sf2")) == 1
    assert "python -m vqkeras.train_prior" in capsys.readouterr().err
    assert path.read_bytes() == shipped_path("nsynth_light").read_bytes()


def test_without_notes_nothing_is_trained(folders, capsys):
    assert main(_arguments(folders, "bad.sf2")) == 1
    assert "could not be rendered" in capsys.readouterr().err
    assert not folders["--models"].exists()


def test_a_missing_soundfont_is_one_line(folders, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("VQKERAS_DATA", str(tmp_path))
    assert main([]) == 1
    error = capsys.readouterr().err
    assert "No SoundFont" in error and error.count("\n") == 1
