"""The command: exit codes, streams, JSON, and no TensorFlow for help or doctor."""

import json
import subprocess
import sys

import pytest

from vqkeras.energy.__main__ import main
from vqkeras.energy.constants import preset_for
from vqkeras.energy.record import summary_of, write_run_energy
from vqkeras.energy.run_energy import DomainEnergy, RunEnergy


@pytest.fixture
def run_dir(tmp_path):
    share = DomainEnergy(36.0, 9.0, 0.0, 1.0, "", "measured:fake", "all", "none", "")
    energy = RunEnergy(9.0, {"gpu:0": share})
    folder = tmp_path / "run"
    folder.mkdir()
    write_run_energy(folder, energy, summary_of(energy, preset_for()))
    return folder


def test_doctor_prints_text_or_json(capsys):
    assert main(["doctor"]) == 0
    assert "Meters:" in capsys.readouterr().out
    assert main(["doctor", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["meters"]) == 6


def test_report_prints_table_and_draws(run_dir, tmp_path, capsys):
    picture = tmp_path / "x.png"
    assert main(["report", str(run_dir), "--plot", str(picture)]) == 0
    assert "measured:fake" in capsys.readouterr().out
    assert picture.stat().st_size > 1000


def test_report_writes_a_folder_when_asked(run_dir, tmp_path, capsys):
    out = tmp_path / "report"
    assert main(["report", str(run_dir), "--out", str(out)]) == 0
    assert "measured:fake" in capsys.readouterr().out
    assert sorted(path.name for path in out.iterdir()) == [
        "README.md",
        "energy.json",
        "energy.png",
    ]
    assert main(["report", str(run_dir), "--out", str(out)]) == 2
    assert main(["report", str(run_dir), "--out", str(out), "--force"]) == 0


def test_report_as_json(run_dir, capsys):
    assert main(["report", str(run_dir), "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert row["energy_wh"] == pytest.approx(0.01)


def test_an_existing_plot_is_kept_without_force(run_dir, tmp_path, capsys):
    picture = tmp_path / "x.png"
    picture.write_text("mine")
    assert main(["report", str(run_dir), "--plot", str(picture)]) == 2
    assert capsys.readouterr().err.startswith("error: ")
    assert picture.read_text() == "mine"
    assert main(["report", str(run_dir), "--plot", str(picture), "--force"]) == 0


def test_a_run_without_energy_is_one_line_on_stderr(tmp_path, capsys):
    assert main(["report", str(tmp_path)]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1 and "energy.json" in captured.err


@pytest.mark.parametrize("arguments", [[], ["cure"], ["report"]])
def test_wrong_usage_is_exit_code_2(arguments, capsys):
    assert main(arguments) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("error: ") and "--help" in line


def test_the_command_loads_neither_tensorflow_nor_keras():
    program = """
import sys
from vqkeras.energy.__main__ import main
code = main(["doctor", "--json"])
heavy = {"tensorflow", "keras", "codecarbon", "matplotlib", "scipy"} & set(sys.modules)
sys.exit(f"loaded {heavy}" if heavy else code)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
