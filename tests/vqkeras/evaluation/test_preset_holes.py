"""The command that judges the prior of a preset of notes."""

import json
from types import SimpleNamespace

from vqkeras.evaluation import preset_holes
from vqkeras.evaluation.preset_holes import holes_table, main

LSD = {
    "true_codes": 1.0,
    "learned": 3.0,
    "linear_interpolation": 4.0,
    "naive_bayes": 6.0,
    "copy_last_frame": 5.0,
}
ROWS = [
    {"hole": "gap", "size": "small", "method": method, "lsd_db": lsd}
    for method, lsd in LSD.items()
]
OF_CODES = {"bits_per_code": 1.25, "code_accuracy": 0.75}
ROWS[1] |= OF_CODES | {"code_accuracy_sounding": 0.5}


def test_a_line_a_hole():
    head, line = holes_table(ROWS).splitlines()
    assert head.startswith("hole ") and head.endswith("codes right  of sounding")
    values = ["1.00", "3.00", "4.00", "6.00", "5.00", "0.75", "0.50", "1.25", "75"]
    assert line.split() == ["gap", "small", *values, "%", "50", "%"]


def test_kinds_of_sound_have_lines_of_their_own():
    of_kinds = [row | {"size": "all", "kind": "speech"} for row in ROWS]
    silent = [row | {"kind": "silence"} for row in of_kinds]
    silent[1] = {k: v for k, v in silent[1].items() if k != "code_accuracy_sounding"}
    lines = holes_table(ROWS + of_kinds + silent).splitlines()
    assert lines[:3] == [*holes_table(ROWS).splitlines(), ""]
    assert lines[3].startswith("kind of sound ")
    speech, silence = lines[4:]
    assert speech.split()[:2] == ["gap", "speech"] and speech.endswith(
        "75 %         50 %"
    )
    assert silence.split()[:2] == ["gap", "silence"] and silence.endswith("75 %")


def test_a_preset_without_a_prior_is_one_line(tmp_path, capsys):
    assert main(["nsynth_live", "--out", str(tmp_path / "f.json")]) == 2
    assert "has no prior of its own" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_how_many_examples_is_checked(tmp_path, capsys):
    for limit in ("0", "65"):
        out = tmp_path / "f.json"
        assert main(["nsynth_light", "--out", str(out), "--limit", limit]) == 2
        assert "--limit must lie in [1, 64]" in capsys.readouterr().err


def test_both_files_are_written(monkeypatch, tmp_path, capsys):
    preset = SimpleNamespace(
        prior=object(),
        config=SimpleNamespace(name="notes"),
        dataset=SimpleNamespace(name="nsynth", test=[0, 1, 2]),
    )
    monkeypatch.setattr("vqkeras.presets.preset.load_preset", lambda name: preset)
    monkeypatch.setattr(
        "vqkeras.evaluation.inpainting.evaluate_inpainting", lambda *_, **__: ROWS
    )
    out = tmp_path / "holes.json"
    assert preset_holes.main(["notes", "--out", str(out)]) == 0
    report = json.loads(out.read_text())
    assert report["num_examples"] == 3 and report["holes"] == ROWS
    assert holes_table(ROWS) in out.with_suffix(".md").read_text()
    assert "gap small" in capsys.readouterr().out
    assert preset_holes.main(["notes", "--out", str(out)]) == 2
