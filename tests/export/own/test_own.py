"""`vqkeras-train own`: the folder is checked, the config is the preset's."""

import argparse
import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from edge_runtime.errors import UserError
from export.own import __main__ as own
from export.own.sounds import look_at
from export.train_command import main


@pytest.fixture
def sounds(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "sounds"
    folder.mkdir()
    for number in range(5):
        noise = np.random.default_rng(number).uniform(-0.5, 0.5, 800)
        soundfile.write(folder / f"{number}.wav", noise, 8000)
    return folder


def test_a_folder_is_counted(sounds):
    found = look_at(sounds)
    assert found.num_files == 5 and found.seconds == pytest.approx(0.5)


def test_broken_files_are_named_and_left_out(sounds, caplog):
    (sounds / "a.wav").write_bytes(b"no audio")
    (sounds / "b.flac").write_bytes(b"")
    assert look_at(sounds).num_files == 5
    assert "2 of 7 files" in caplog.text and "a.wav: " in caplog.text
    for number in range(6):
        (sounds / f"broken{number}.wav").write_bytes(b"no audio")
    with pytest.raises(UserError, match="8 of 13 files .* cannot be used"):
        look_at(sounds)


def test_too_few_files_are_refused(tmp_path):
    with pytest.raises(UserError, match="has 0 audio files that can be read"):
        look_at(tmp_path)


def test_the_config_is_that_of_the_preset(sounds, tmp_path):
    options = argparse.Namespace(
        from_preset="general",
        output=tmp_path / "mine.tflite",
        sounds=sounds,
        minutes=2.5,
        seed=4,
    )
    config = own.own_config(options)
    assert config.name == "mine" and config.from_preset == "general"
    assert config.data.name == "folder" and config.data.dir == str(sounds)
    assert config.training.minutes == 2.5 and config.training.seed == 4
    assert config.model.codebook_size == 1024


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["{sounds}"], 2, "-o/--output"),
        (["{sounds}", "-o", "{tmp}/x.tflite", "--from_preset", "none"], 2, "unknown"),
        (["{tmp}/none", "-o", "{tmp}/x.tflite"], 1, "none"),
        (["{sounds}", "-o", "{sounds}/0.wav"], 2, "exists. Choose another name"),
    ],
)
def test_wrong_calls_are_one_line(arguments, code, message, sounds, tmp_path, capsys):
    given = [part.format(sounds=sounds, tmp=tmp_path) for part in arguments]
    assert main(["own", *given]) == code
    error = capsys.readouterr().err
    assert message in error and error.count("\n") == 1


def test_it_says_what_it_costs_and_prints_both_figures(
    sounds, tmp_path, monkeypatch, capsys
):
    made = []
    figures = {"nmse": 0.05, "lsd_db": 3.0, "codebook_usage": 0.5}

    def make_own(config, run_dir, output, *, force):
        made.append((config.name, run_dir, output))
        return {
            "name_of_preset": "general",
            "preset": figures,
            "own": {**figures, "lsd_db": 2.25},
            "held_back": 4,
            "energy_wh": None,
            "energy_method": "none",
            "export": {
                "equal_codes": 0.97,
                "nmse_exported": 0.051,
                "bundle_bytes": 450_000,
            },
            "output": str(output),
        }

    monkeypatch.setattr(own, "make_own", make_own)
    out = tmp_path / "mine.tflite"
    given = ["own", str(sounds), "-o", str(out), "--minutes", "6"]
    assert main(given) == 0
    printed = capsys.readouterr()
    assert "Learning takes 6 min on" in printed.err and "little" in printed.err
    assert "3.00 dB     2.25 dB" in printed.out
    assert f"vqkeras-edge serve --model {out}" in printed.out
    assert made == [("mine", Path("runs/mine"), out)]
    assert main([*given, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["held_back"] == 4


def test_other_commands_are_trainings(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "--from_preset" in capsys.readouterr().out


def test_the_export_is_a_process_of_its_own(tmp_path):
    with pytest.raises(UserError, match="The export failed; the training is kept"):
        own._exported(tmp_path, tmp_path / "x.tflite", force=True)
