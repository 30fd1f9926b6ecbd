"""Short trainings of priors, of other sizes and on parts of the data."""

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import yaml

from vqkeras.config_file import plain
from vqkeras.evaluation import prior_study, study_figure
from vqkeras.evaluation.prior_study import Trial, main, tried
from vqkeras.priors.config import PriorConfig
from vqkeras.run import load_run

pytestmark = [
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Even though the `tf.config:UserWarning"),
]


@pytest.fixture
def preset(tmp_path, run_dir, monkeypatch):
    """The run that tests share, as a preset whose prior took two epochs."""
    from vqkeras import datasets, training

    monkeypatch.setattr(datasets, "load_dataset", training.load_dataset)
    run, folder = load_run(run_dir), tmp_path / "preset"
    folder.mkdir()
    config = plain(PriorConfig("tiny", dilations=((1, 1),), crop_cells=2))
    config["training"] |= {"batch_size": 4, "learning_rate": 0.01}
    (folder / "prior.yaml").write_text(yaml.safe_dump(config))
    facts = {"num_parameters": 321, "steps_per_epoch": 5}
    (folder / "prior.json").write_text(json.dumps(facts))
    (folder / "prior_history.csv").write_text(
        "epoch,bits_per_code,val_bits_per_code,seconds\n1,5,6,60\n2,4,3.5,120\n"
    )
    return SimpleNamespace(
        model=run.model, config=run.config, dataset=run.dataset, folder=folder
    )


def test_a_part_of_the_clips_is_learned_from(preset, tmp_path, monkeypatch):
    row = tried(preset, Trial(8, share=0.5), tmp_path, steps=6)
    assert row["clips"] == round(len(preset.dataset.train) / 2)
    assert row["name"] == "8 units, 50 % of the clips"
    assert row["steps"] == 6 and len(row["course"]) == 6
    assert row["val_bits"] == row["course"][-1] > 0.0
    with np.load(tmp_path / "8_units_0.5" / "codes.npz") as part:
        assert len(part["train"]) == row["clips"]
    larger = tried(preset, Trial(12), tmp_path, steps=6)
    assert larger["clips"] == len(preset.dataset.train)
    assert larger["num_parameters"] > row["num_parameters"]

    def never(*_, **__):
        raise AssertionError("trained again")

    # It is read from its folder: the network is not even looked at.
    monkeypatch.setattr("vqkeras.model.code_prior.CodePrior.fit", never)
    assert tried(preset, Trial(8, share=0.5), tmp_path, steps=6) == row


def test_report_and_picture(preset, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("vqkeras.presets.preset.load_preset", lambda name: preset)
    monkeypatch.setattr(
        prior_study, "TRIALS", [Trial(4), Trial(8), Trial(8, share=0.5)]
    )
    out = tmp_path / "limits.json"
    arguments = ["tiny", "--runs", str(tmp_path / "runs"), "--out", str(out)]
    assert main([*arguments, "--steps", "6"]) == 0
    table = capsys.readouterr().out
    assert table.splitlines()[-1].split()[-3:] == ["2", "4.00", "3.50"]
    assert table.strip() in out.with_suffix(".md").read_text()
    rows = json.loads(out.read_text())["rows"]
    assert [row["steps"] for row in rows] == [6, 6, 6, 10]
    assert out.with_suffix(".png").stat().st_size > 10_000


def test_the_curve_of_the_data_is_of_the_size_that_had_parts_of_it(monkeypatch):
    drawn = []
    monkeypatch.setattr(study_figure, "save", lambda figure, path: drawn.append(figure))
    row = {"steps": 6, "bits": 5.0, "val_bits": 5.0, "course": [6.0, 5.0]}
    rows = [
        {**row, "name": str(number), "num_parameters": size, "clips": clips}
        for number, (size, clips) in enumerate([(9, 20), (3, 20), (9, 10), (5, 20)])
    ]
    study_figure.draw_study(
        rows[:-1], rows[-1], Path("study.png"), measure="bits", label="bits a code"
    )
    data = drawn[0].axes[2]
    assert [list(line.get_xdata()) for line in data.lines] == [[10, 20], [10, 20]]


def test_steps_that_make_no_epochs_are_one_line(tmp_path, capsys):
    arguments = ["general", "--runs", str(tmp_path), "--out", str(tmp_path / "a.json")]
    assert main([*arguments, "--steps", "7"]) == 2
    assert "--steps must be a multiple of 6. Received: 7." in capsys.readouterr().err


def test_a_preset_without_a_prior_is_one_line(tmp_path, capsys):
    arguments = ["--runs", str(tmp_path), "--out", str(tmp_path / "a.json")]
    assert main(["nsynth_live", *arguments]) == 2
    assert "nsynth_live has no prior" in capsys.readouterr().err
