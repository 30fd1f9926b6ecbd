"""Cells and codes compared without a network, and what limits a model, drawn."""

import json
import math

import numpy as np
import pytest

from edge_runtime.spectrogram.features import spectrogram_of
from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras.datasets import Split
from vqkeras.evaluation import baselines
from vqkeras.evaluation.cells_study import (
    CHOICES,
    Choice,
    main,
    measure_choices,
    model_row,
    study_table,
)
from vqkeras.evaluation.limits_figure import draw_limits
from vqkeras.presets.preset import load_preset

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


@pytest.fixture(scope="module")
def rows():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(baselines, "PATCHES", 1000)
        train, test = split_of(range(3)), split_of(range(3, 5))
        return measure_choices(train, test, SETTINGS, [ONE, TWO])


def test_a_second_code_doubles_the_rate_and_comes_nearer(rows):
    one, two = rows
    cells = SETTINGS.frames_per_second / 4 * SETTINGS.num_bins / 8
    assert one["bitrate_bps"] == pytest.approx(cells * math.log2(16))
    assert two["bitrate_bps"] == pytest.approx(2 * one["bitrate_bps"])
    assert 0.0 < two["lsd_db"] < 0.9 * one["lsd_db"]
    assert one["entropy_bps"] < two["entropy_bps"] <= two["bitrate_bps"]
    assert 0.0 < one["copied"] < 1.0
    assert 0.5 < one["envelope_correlation"] <= 1.0


def test_the_table_and_the_picture_have_the_model_beside_the_patches(rows, tmp_path):
    preset = load_preset("general")
    kind = {"spectrogram": "this_run", "lsd_db": 3.0, "level_error_db": 1.0}
    kinds = [{**kind, "envelope_correlation": value} for value in (0.8, 0.9)]
    kinds.append({**kinds[0], "spectrogram": "the_original", "lsd_db": 0.0})
    figures = {"kinds": kinds, "bitrate_bps": 8613.0, "entropy_rate_bps": 6131.0}
    model = model_row("general", figures)
    assert model["lsd_db"] == 3.0
    assert model["envelope_correlation"] == pytest.approx(0.85)
    other = model_row("two_codes", {**figures, "bitrate_bps": 17227.0})
    table = study_table([*rows, model, other]).splitlines()
    assert [line.split("  ")[0] for line in table[1:]] == [
        *("4 x 8, 16", "4 x 8, 2 x 16", "general", "two_codes")
    ]
    drawn = []
    for each in ([*rows, model], [*rows, model, other]):
        draw_limits(each, preset, tmp_path / "limits.png")
        drawn.append((tmp_path / "limits.png").read_bytes())
    assert drawn[0] != drawn[1] and len(drawn[0]) > 10_000


def test_a_run_is_put_beside_patches_of_an_earlier_report(rows, tmp_path, capsys):
    before, figures = tmp_path / "before.json", tmp_path / "two.json"
    old = {**rows[0], "name": "general"}
    del old["copied"]  # the model of then
    before.write_text(json.dumps({"rows": [*rows, old]}))
    measured = load_preset("general").folder / "figures.json"
    two = {**json.loads(measured.read_text()), "name": "two_codes"}
    figures.write_text(json.dumps(two))
    given = ["general", "--out", str(tmp_path / "a.json"), "--patches", str(before)]
    assert main([*given, "--beside", str(figures)]) == 0
    report = json.loads((tmp_path / "a.json").read_text())
    assert report["rows"][:2] == rows
    names = [row["name"] for row in report["rows"]]
    assert names[2:] == ["general", "two_codes"]
    assert report["rows"][2] == model_row("general", two)
    assert "two_codes" in capsys.readouterr().out
    page = (tmp_path / "a.md").read_text()
    assert "the preset `general`; of runs put beside it, `two_codes`. Made by" in page
    alone = [*given, "--force"]
    assert main(alone) == 0
    assert "the preset `general`. Made by" in (tmp_path / "a.md").read_text()


def test_what_is_no_report_is_refused_before_any_work(tmp_path, capsys):
    written = "was not written by vqkeras.evaluation.run_figures."
    for name, text in (("other", '{"name": "other"}'), ("list", "3"), ("no", "x")):
        (tmp_path / f"{name}.json").write_text(text)
    given = ["general", "--out", str(tmp_path / "a.json"), "--beside"]
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
