"""`apply`: a session of the page on the command line."""

import base64
import json

import numpy as np
import pytest

from edge_runtime.__main__ import main
from edge_runtime.audio.audio_file import AudioFile, read_audio, write_audio
from edge_runtime.audio.wav import wav_bytes
from edge_runtime.bundle.bundle_file import read_bundle, write_bundle
from edge_runtime.commands import apply
from edge_runtime.page.session_file import crc32_of

SAMPLES = np.random.default_rng(4).normal(scale=3000, size=(8000, 1)).astype(np.int16)
SOUND = AudioFile(SAMPLES, 8000, "PCM_16")
ROWS = ["0" * 8] * 20 + ["01100000"] * 2 + ["0" * 8] * 10
NOISE = {"tool": "noise", "time": [0.2, 0.4], "freq": [500, 2000], "strength": 1}


@pytest.fixture
def model(level_bundle, level_codec, tmp_path, monkeypatch):
    """Path of the tiny model, which its numpy twin runs."""
    monkeypatch.setattr(apply, "load_engine", lambda bundle, engine: level_codec)
    monkeypatch.setattr(apply, "check_first_run", lambda path, engine: None)
    path = tmp_path / "levels.tflite"
    write_bundle(path, level_bundle)
    return path


@pytest.fixture
def fields(model):
    """What a session holds: noise, then painted cells of the second take."""
    wav = base64.b64encode(wav_bytes(SOUND)).decode()
    bundle = read_bundle(model)
    steps = [
        {"label": "Noise", "edit": NOISE, "seeds": [3, 4], "from": None},
        {
            "label": "Paint",
            "edit": {"tool": "inpaint", "cells": ROWS},
            "seeds": [5],
            "from": {"step": 0, "take": 1, "mix": 0.5},
        },
    ]
    return {
        "format": "vqkeras-session",
        "version": 1,
        "sound": {"name": "noise.wav", "wav": wav, "crc32": crc32_of(SOUND)},
        "seconds": [],
        "models": {bundle.name: bundle.sha256},
        "steps": [{**step, "model": bundle.name, "second": None} for step in steps],
        "result": {"step": 1, "take": 0, "mix": 1},
        "kept": [{"name": "A", "step": 0, "take": 0, "mix": 1}],
    }


@pytest.fixture
def run(model, fields, tmp_path, capsys):
    """`run(*options, **changes of fields)` gives exit code, output and errors."""

    def ran(*options, **changes):
        path = tmp_path / "noise-session.json"
        path.write_text(json.dumps({**fields, **changes}))
        code = main(["apply", str(path), *map(str, options), "--model", str(model)])
        told = capsys.readouterr()
        return code, told.out, told.err

    return ran


def test_the_takes_of_a_session(run, tmp_path):
    code, out, _ = run()
    assert code == 0 and out.splitlines()[0].startswith("1 Noise (seed 4): regenerated")
    result = read_audio(tmp_path / "noise-session.wav").samples
    changed = np.flatnonzero((result != SAMPLES)[:, 0]) / 8000
    assert changed[0] < 0.25 and changed[-1] > 0.6  # the box, and the painted cells
    code, out, _ = run("--take", "A", "-o", tmp_path / "a.wav", "--json")
    assert [step["seed"] for step in json.loads(out)["steps"]] == [3]
    assert run("--take", "B", "-o", tmp_path / "b.wav")[0] == 2
    code, out, _ = run("-o", tmp_path / "none.wav", result=None)
    assert code == 0 and "no steps" in out
    np.testing.assert_array_equal(read_audio(tmp_path / "none.wav").samples, SAMPLES)


def test_another_sound_and_one_that_is_missing(run, fields, tmp_path):
    other = tmp_path / "other.wav"
    write_audio(other, AudioFile(SAMPLES[::-1].copy(), 8000, "PCM_16"))
    assert run(other, "-o", tmp_path / "out.wav")[0] == 0
    assert (read_audio(tmp_path / "out.wav").samples != SAMPLES[::-1]).any()
    alone = {"name": "noise.wav"}
    code, _, err = run(sound=alone)
    assert code == 4 and "does not hold its sound 'noise.wav'. Name the sound" in err
    assert run(other, "-o", tmp_path / "again.wav", sound=alone)[0] == 0
    write_audio(other, AudioFile(SAMPLES[:4000], 8000, "PCM_16"), force=True)
    code, _, err = run(other)
    assert code == 4 and "Step 2, Paint: This sound has 16 x 8 cells" in err


def test_a_passage_is_put_back_into_its_song(run, tmp_path):
    assert run("-o", tmp_path / "alone.wav")[0] == 0
    alone = read_audio(tmp_path / "alone.wav")
    song = tmp_path / "song.wav"
    around = np.random.default_rng(8).integers(-999, 999, (20_000, 1), np.int16)
    around[5000:13_000] = SAMPLES
    write_audio(song, AudioFile(around, 8000, "PCM_16"))
    passage = {"first_sample": 5000, "samples": 8000, "of": 20_000}
    known = {"passage": passage, "result_crc32": crc32_of(alone)}
    options = ("-o", tmp_path / "out.wav", "--change", tmp_path / "change.wav")
    code, out, _ = run(song, *options, **known)
    assert code == 0 and "\nthe same samples as on the page" in out
    result = read_audio(tmp_path / "out.wav").samples
    np.testing.assert_array_equal(result[5000:13_000], alone.samples)
    result[5000:13_000] = SAMPLES
    np.testing.assert_array_equal(result, around)
    assert len(read_audio(tmp_path / "change.wav").samples) == 20_000


def test_a_passage_of_a_sound_of_another_length_is_refused(run, tmp_path):
    other = tmp_path / "other.wav"
    write_audio(other, AudioFile(SAMPLES[:7999], 8000, "PCM_16"))
    passage = {"first_sample": 5000, "samples": 8000, "of": 20_000}
    code, _, err = run(other, passage=passage)
    assert code == 4 and err.count("\n") == 1
    assert (
        "a passage of 8000 samples in a sound of 20000; the one given has 7999" in err
    )


def test_models_are_tried_first_and_only_shipped_ones_are_named(
    run, fields, model, tmp_path, monkeypatch, capsys
):
    tried = []
    monkeypatch.setattr(apply, "check_first_run", lambda *given: tried.append(given))
    assert run()[0] == 0 and tried == [(model, "auto")]
    tried.clear()
    assert run("--force", models={"levels": "ab" * 32})[0] == 4 and not tried
    steps = [{**step, "model": str(model)} for step in fields["steps"]]
    code, _, err = run("--force", steps=steps, models={str(model): "ab" * 32})
    assert code == 4 and "comes with the package" in err and not tried


def test_an_earlier_file_that_gave_the_same_is_accepted(run, monkeypatch, model):
    sha256 = read_bundle(model).sha256
    earlier = {sha256: ("ab" * 32,)}
    monkeypatch.setattr(apply, "earlier_of", lambda given: earlier.get(given, ()))
    assert run(models={"levels": "ab" * 32})[0] == 0
    code, _, err = run("--force", models={"levels": "cd" * 32})
    assert code == 4 and "another model of the name levels" in err


def test_names_that_do_not_go_together(run, tmp_path, capsys):
    same = tmp_path / "a.wav"
    for options, message in (
        (("-o", same, "--change", same), "-o and --change are both"),
        (("--change", "-"), "--change cannot be standard output"),
    ):
        code, _, err = run(*options)
        assert code == 2 and message in err and err.count("\n") == 1
    assert main(["apply", "."]) == 2
    assert ". is a folder" in capsys.readouterr().err


def test_whether_it_is_the_same_is_said(run, tmp_path):
    other = tmp_path / "other.wav"
    write_audio(other, AudioFile(SAMPLES[::-1].copy(), 8000, "PCM_16"))
    code, out, _ = run(other, "-o", tmp_path / "0.wav", result_crc32="00000000")
    assert code == 0 and "samples as on the page" not in out
    assert "made from other samples than the page had" in out
    code, out, _ = run("-o", tmp_path / "1.wav", result_crc32="00000000")
    assert code == 0 and "not the same samples as on the page" in out
    right = crc32_of(read_audio(tmp_path / "1.wav"))
    code, out, _ = run("-o", tmp_path / "2.wav", result_crc32=right)
    assert code == 0 and "\nthe same samples as on the page" in out


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": "x"}, "is JSON, but no session"),
        ({"version": 9}, "has version 9; this program reads 1"),
        ({"steps": 3}, "is damaged: TypeError"),
        ({"models": {}}, "does not say which 'levels' it means"),
        ({"result": {"step": 2, "take": 0, "mix": 1}}, "no take 0 of a step 2"),
        ({"result": {"step": 0, "take": 0, "mix": 2}}, "mix must be from 0 to 1"),
        ({"result": {"step": float("inf"), "take": 0, "mix": 1}}, "OverflowError"),
        ({"passage": {"first_sample": 9, "samples": 9, "of": 9}}, "no passage 9 + 9"),
        ({"seconds": [{"name": "x"}]}, "does not hold the second sound 'x'"),
        ({"models": {"levels": "ab" * 32}}, "another model of the name levels"),
        ({"steps": [{"edit": {"tool": "x"}, "seeds": [1]}]}, "tool must be one of"),
    ],
)
def test_what_cannot_be_used_is_one_line(run, change, message):
    code, out, err = run(**change)
    assert (code, out) == (4, "") and message in err and err.count("\n") == 1


def test_a_damaged_file(run, fields, tmp_path, capsys):
    wav = fields["sound"]["wav"]
    for damaged, message in (
        (wav[:200] + "AAAA" + wav[204:], "samples of its sound 'noise.wav' have"),
        (wav[:-8], "cannot be read: truncated"),
        (wav[:-3] + "??", "cannot be read"),
    ):
        code, _, err = run(sound={**fields["sound"], "wav": damaged})
        assert code == 4 and message in err
    path = tmp_path / "cut.json"
    path.write_text(json.dumps(fields)[:-50])
    assert main(["apply", str(path)]) == 4
    assert "or was cut (" in capsys.readouterr().err
    assert main(["apply", str(tmp_path / "none.json")]) == 4
