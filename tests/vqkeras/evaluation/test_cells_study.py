"""Cells and codes compared without a network, and what limits a model, drawn."""

import json
import math
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from edge_runtime.spectrogram.features import spectrogram_of
from edge_runtime.spectrogram.region import Region
from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras.datasets import Split
from vqkeras.evaluation import baselines, cells_study, told
from vqkeras.evaluation.cells_study import (
    CHOICES,
    main,
    measure_choices,
    study_table,
)
from vqkeras.evaluation.coded_cells import Choice
from vqkeras.evaluation.held_out import HeldOutHole
from vqkeras.evaluation.limits_figure import draw_limits
from vqkeras.presets.preset import load_preset

SHORT = Path(__file__).parents[3] / "report" / "general" / "general_short"
SETTINGS = SpectrogramSettings("warped", n_fft=512, hop_length=128)
ONE, TWO = Choice(4, 8, 16), Choice(4, 8, 16, codes=2)


def split_of(seeds):
    """Decaying noise and tones, as kinds."""
    sounds = []
    for seed in seeds:
        rng, seconds = np.random.default_rng(seed), np.arange(8000) / 16000
        sounds.append(rng.normal(0, 0.2, 8000) * np.exp(-8.0 * seconds))
        sounds.append(0.3 * np.sin(2 * np.pi * rng.uniform(200, 900) * seconds))
    sounds = [np.float32(each) for each in sounds]
    array = np.stack([spectrogram_of(each, SETTINGS) for each in sounds])
    metadata = [{"kind": kind} for _ in seeds for kind in ("hits", "tones")]
    return Split(array.astype(np.float16), metadata, read_audio=sounds.__getitem__)


def holes_of(split):
    """A region of each sound, each of an origin of its own."""
    region = Region(0.15, 0.3, 0.0, 8000.0)
    return [
        HeldOutHole("x", f"origin {place}", "gap", split.audio(place), None, region)
        for place in range(len(split))
    ]


@pytest.fixture(scope="module")
def given():
    test = split_of(range(3, 6))
    return {
        "train": split_of(range(3)),
        "test": test,
        "holes": holes_of(test),
        "settings": SETTINGS,
    }


@pytest.fixture(scope="module")
def rows(given, trees_that_learn_nothing):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(baselines, "PATCHES", 1000)
        patch.setattr(told, "DRAWS", 20)
        patch.setattr(*trees_that_learn_nothing)
        return measure_choices([ONE, TWO], given)


def test_a_second_code_doubles_the_rate_and_comes_nearer(rows):
    one, two = rows
    cells = SETTINGS.frames_per_second / 4 * SETTINGS.num_bins / 8
    assert one["bitrate_bps"] == pytest.approx(cells * math.log2(16))
    assert two["bitrate_bps"] == pytest.approx(2 * one["bitrate_bps"])
    assert 0.0 < two["lsd_db"] < 0.9 * one["lsd_db"]
    assert one["entropy_bps"] < two["entropy_bps"] <= two["bitrate_bps"]
    assert 0.5 < one["envelope_correlation"] <= 1.0
    # Tones go on: who knows the code before knows more than how often each occurs.
    assert 0.0 < one["context_bps"] < one["entropy_bps"]
    assert one["context_bps"] < two["context_bps"]
    assert one["told"]["low"] <= one["told"]["value"] <= one["told"]["high"]


def test_the_table_and_the_picture_have_the_model_beside_the_patches(rows, tmp_path):
    preset = load_preset("general")
    model = {**rows[0], "name": "general", "network": True}
    other = {**rows[1], "name": "two_codes", "network": True}
    table = study_table([*rows, model, other]).splitlines()
    assert [line.split("  ")[0] for line in table[1:]] == [
        *("4 x 8, 16", "4 x 8, 2 x 16", "general", "two_codes")
    ]
    short, picture, drawn = load_preset(SHORT), tmp_path / "limits.png", set()
    for shown, beside in (
        ([model], []),
        ([model, other], []),
        ([model, other], [short]),
    ):
        draw_limits([*rows, *shown], preset, picture, beside=beside)
        drawn.add(picture.read_bytes())
    assert len(drawn) == 3 and min(map(len, drawn)) > 10_000


@pytest.fixture
def nothing_measured(rows, monkeypatch):
    """The command without its long part: what is given is what a network measured."""

    def measured(codec, given):
        return {**rows[0], "name": codec.config.name, "network": True}

    monkeypatch.setattr(cells_study, "_given", lambda preset: {})
    monkeypatch.setattr(cells_study, "measure_network", measured)
    monkeypatch.setattr(cells_study, "measure_choices", lambda *given: rows)


def test_a_run_is_put_beside_patches_of_an_earlier_report(
    rows, nothing_measured, tmp_path, capsys, monkeypatch
):
    config = load_preset("general").config
    two = SimpleNamespace(
        config=SimpleNamespace(**{**vars(config), "name": "two"}),
        settings=config.spectrogram,
        folder=SHORT,
    )
    monkeypatch.setattr(cells_study, "codec_of", {"folder": two}.__getitem__)
    before, out = tmp_path / "before.json", tmp_path / "a.json"
    assert main(["general", "--out", str(before), "--beside", "folder"]) == 0
    first = json.loads(before.read_text())
    assert [row["name"] for row in first["rows"][2:]] == ["general", "two"]
    monkeypatch.setattr(cells_study, "measure_choices", None)  # not needed again
    given = ["general", "--out", str(out), "--patches", str(before)]
    assert main(given) == 0
    assert json.loads(out.read_text())["rows"] == first["rows"][:3]
    assert "two" in capsys.readouterr().out
    page = " ".join((tmp_path / "before.md").read_text().split())
    assert "below them networks: `general`, `two`. All on" in page


def test_what_is_no_report_is_refused_before_any_work(tmp_path, capsys):
    written = "was not written by vqkeras.evaluation.cells_study."
    for name, text in (("other", '{"name": "other"}'), ("list", "3"), ("no", "x")):
        (tmp_path / f"{name}.json").write_text(text)
    given = ["general", "--out", str(tmp_path / "a.json"), "--patches"]
    for name, reason in (
        ("other.json", written),
        ("list.json", written),
        ("no.json", written),
        ("missing.json", "No such file"),
    ):
        assert main([*given, str(tmp_path / name)]) == 1
        (line,) = capsys.readouterr().err.splitlines()
        assert str(tmp_path / name) in line and reason in line


def test_what_is_compared_holds_the_cells_of_the_model_and_half_and_double():
    names = {choice.name for choice in CHOICES}
    assert {"4 x 8, 1024", "4 x 8, 2 x 1024", "2 x 8, 1024", "8 x 8, 1024"} <= names


def test_what_cannot_be_compared_is_refused_before_anything_is_measured(
    nothing_measured, tmp_path, capsys, monkeypatch
):
    config = load_preset("general").config
    other = SimpleNamespace(config=config, settings=SETTINGS, folder=SHORT)
    monkeypatch.setattr(cells_study, "codec_of", {"folder": other}.__getitem__)
    out = ["--out", str(tmp_path / "a.json")]
    assert main(["general", *out, "--beside", "folder"]) == 2
    assert "has another spectrogram than general" in capsys.readouterr().err
    (tmp_path / "empty.json").write_text('{"rows": []}')
    assert main(["general", *out, "--patches", str(tmp_path / "empty.json")]) != 0
    assert "has no patches" in capsys.readouterr().err
