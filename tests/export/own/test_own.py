"""`vqkeras-train own`: the folder is checked, the config is the preset's."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile
import yaml

from edge_runtime.errors import UserError
from export.own import command as own
from export.own.plan import own_plan
from export.own.sounds import look_at
from export.train_command import main
from vqkeras.model.preset_folder import PresetFolder, seal_preset
from vqkeras.model.preset_names import PRESETS_FOLDER
from vqkeras.presets.preset_prior import prior_fields


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


def planned(sounds, run_dir, from_preset="general", minutes=2.5):
    return own_plan(
        sounds,
        from_preset=str(from_preset),
        name="mine",
        run_dir=run_dir,
        minutes=minutes,
        seed=4,
    )


def test_codec_and_prior_go_on_from_the_preset_and_share_the_minutes(sounds, tmp_path):
    plan = planned(sounds, tmp_path / "mine")
    codec, prior = plan.codec, plan.prior
    assert codec.name == "mine" and codec.from_preset == "general"
    assert codec.data.name == "folder" and codec.data.dir == str(sounds)
    assert codec.training.minutes == 1.5 and codec.training.seed == 4
    assert codec.model.codebook_size == 1024
    before = prior_fields(PRESETS_FOLDER / "general")
    assert prior.units == before["units"] and prior.from_preset == "general"
    assert prior.training.minutes == 1.0 and plan.minutes == 2.5
    rate = before["training"]["learning_rate"]
    assert prior.training.learning_rate == pytest.approx(rate / 3)
    assert plan.prior_dir == tmp_path / "mine_prior"


def test_a_preset_whose_prior_has_attention_is_refused(sounds, tmp_path, capsys):
    preset = shutil.copytree(PRESETS_FOLDER / "general", tmp_path / "attentive")
    with (preset / "prior.yaml").open("a") as file:
        file.write("attention_heads: 4\n")
    run_dir = tmp_path / "mine"
    arguments = [sounds, "-o", tmp_path / "x.tflite", "--run_dir", run_dir]
    arguments += ["--from_preset", preset]
    assert main(["own", *map(str, arguments)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "has attention, which runs in Keras only" in line
    assert not run_dir.exists()


def test_a_preset_of_two_codes_a_cell_is_refused_before_it_learns(
    sounds, tmp_path, capsys
):
    preset = shutil.copytree(PRESETS_FOLDER / "nsynth_live", tmp_path / "two")
    config = yaml.safe_load((preset / "config.yaml").read_text())
    config["model"]["codebooks"] = 2
    (preset / "config.yaml").write_text(yaml.safe_dump(config))
    seal_preset(preset, PresetFolder(preset).metadata, {})
    run_dir = tmp_path / "mine"
    arguments = [sounds, "-o", tmp_path / "x.tflite", "--run_dir", run_dir]
    assert main(["own", *map(str, arguments), "--from_preset", str(preset)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "has 2 codes a cell and runs in Keras only" in line
    assert not run_dir.exists()


def test_the_same_from_scratch_has_the_presets_rate_and_the_same_minutes(
    sounds, tmp_path
):
    tuned = planned(sounds, tmp_path / "mine")
    plan = tuned.from_scratch()
    for part, share in (("codec", 10), ("prior", 3)):
        scratch, before = getattr(plan, part), getattr(tuned, part)
        assert scratch.from_preset is None
        rate = scratch.training.learning_rate
        assert rate == pytest.approx(share * before.training.learning_rate)
    assert plan.minutes == tuned.minutes and plan.codec.data == tuned.codec.data
    assert plan.codec_dir.name == "mine_scratch"
    assert plan.prior_dir.name == "mine_prior_scratch"


def test_a_preset_without_a_prior_gives_the_codec_all_minutes(sounds, tmp_path):
    plan = planned(sounds, tmp_path / "mine", "nsynth_live")
    assert plan.prior is None and plan.codec.training.minutes == 2.5


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
    figures = {
        "nmse": 0.05,
        "lsd_db": 3.0,
        "codebook_usage": 0.5,
        "bits_per_code": 5.0,
    }

    def make_own(plan, output, *, force):
        made.append((plan.codec.name, plan.codec_dir, output))
        return {
            "name_of_preset": "general",
            "preset": figures,
            "own": {**figures, "lsd_db": 2.25, "bits_per_code": 4.5},
            "bits_of_preset_prior": 5.25,
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
    assert "5.00 bits   4.50 bits" in printed.out
    assert "own costs the prior of general 5.25 bits" in printed.out
    assert f"vqkeras-edge serve --model {out}" in printed.out
    assert made == [("mine", Path("runs/mine"), out)]
    assert main([*given, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["held_back"] == 4


def test_other_commands_are_trainings(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "--from_preset" in capsys.readouterr().out
