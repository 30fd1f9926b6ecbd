"""`energy`: a figure, its method and its uncertainty, always together."""

import json
import math

import pytest

from edge_runtime.__main__ import main
from edge_runtime.commands import energy as command
from edge_runtime.energy.meter import Domain, Reading, unread


@pytest.fixture
def energy(bundle_path, tmp_path, capsys):
    """Run `energy` on a bundle and a copy of it, for as short as possible."""
    copy = tmp_path / "copy.tflite"
    copy.write_bytes(bundle_path.read_bytes())

    def run(*flags, code=0):
        short = ["--rounds", "2", "--block", "0.1", "--engine", "numpy"]
        models = [str(bundle_path), str(copy)]
        assert main(["energy", *models, *short, *map(str, flags)]) == code
        return capsys.readouterr()

    return run


def test_json_and_plot(energy, tmp_path):
    plot = tmp_path / "energy.svg"
    report = json.loads(energy("--core-power", "10", "--json", "--plot", plot).out)
    assert report["method"] == "estimated:cpu-time-10W-per-core"
    assert "stated with --core-power" in report["measures"]
    assert report["uncertainty"]
    assert len(report["results"]) == 2
    for row in report["results"]:
        assert row["number_format"] == "float32"
        assert 0 < row["lowest_j"] <= row["edit_j"] <= row["highest_j"]
        assert row["sound_second_j"] == pytest.approx(row["edit_j"] / 4)
        assert row["edits"] >= 2 and row["edit_s"] > 0
    assert plot.read_text().count("levels, float32") == 2
    assert "--force" in energy("--plot", plot, code=2).err
    assert ".svg" in energy("--plot", tmp_path / "energy.png", code=2).err


def test_without_names_both_formats_of_the_pretrained_model(
    bundle_path, tmp_path, capsys, monkeypatch
):
    twin = tmp_path / "twin.tflite"
    twin.write_bytes(bundle_path.read_bytes())
    monkeypatch.setattr(command, "number_format_paths", lambda: (bundle_path, twin))
    short = ["--rounds", "1", "--block", "0.1", "--engine", "numpy"]
    assert main(["energy", *short, "--core-power", "10", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["results"]
    assert [row["model"] for row in rows] == [str(bundle_path), str(twin)]


def test_table_says_how(energy, monkeypatch):
    class Board:
        """10 J per reading, whatever is done."""

        name, measures = "board", "a board"
        joules = 0.0

        def domains(self):
            method = "measured:fake-counter"
            return (Domain("board", "energy_j", method, "rails", "5 %"),)

        def read(self):
            Board.joules += 10.0
            return {"board": Reading(Board.joules)}

        def close(self):
            pass

    monkeypatch.setattr(command, "machine_meter", Board)
    printed = energy().out
    assert "method: measured:fake-counter" in printed
    assert "measures: rails" in printed
    assert "uncertainty: 5 %" in printed
    assert printed.count("levels, float32") == 2


def test_a_sensor_that_disappears(energy, monkeypatch, tmp_path):
    class Gone:
        name, measures = "gone", "nothing"

        def domains(self):
            return (Domain("board", "power_w", "measured:gone", "rails", "none"),)

        def read(self):
            return {"board": unread("the file is gone")}

        def close(self):
            pass

    monkeypatch.setattr(command, "machine_meter", Gone)
    report = json.loads(energy("--json").out)
    assert [row["edit_j"] for row in report["results"]] == [None, None]
    assert "nothing to draw" in energy("--plot", tmp_path / "x.svg", code=1).err


def test_log_of_an_external_meter(energy, tmp_path):
    log = tmp_path / "log.csv"
    log.write_text("0,5\n1,5\n")
    assert "covers 0 to 1 s of Unix time" in energy("--log", log, code=1).err
    assert "not allowed with" in energy("--log", log, "--core-power", 5, code=2).err
    assert "--block" in energy("--block", math.inf, code=2).err
