"""The models that ship, as the report shows them: figure 6, the energy of an edit."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from vqkeras.datasets.general_clips import Clip, Part
from vqkeras.datasets.general_manifest import GeneralSound
from vqkeras.presets.preset import load_preset
from vqkeras.reproduce import report_maker, shipped
from vqkeras.reproduce.__main__ import main
from vqkeras.reproduce.page.text import section
from vqkeras.reproduce.report_maker import edit_energy
from vqkeras.reproduce.shipped_energy import shipped_trainings


def clip(hz):
    """Half a second of a tone, and silence up to four."""
    tone = 0.3 * np.sin(2 * np.pi * hz * np.arange(8000) / 16000)
    sound = GeneralSound(
        "notes", "x", "x", f"{hz}.wav", 0.5, "", lambda: (np.float32(tone), 16000)
    )
    return Clip((Part(sound, 0.0, 0.0),))


@pytest.fixture
def rows(tmp_path, monkeypatch):
    (tmp_path / "general").mkdir()
    monkeypatch.setenv("VQKERAS_DATA", str(tmp_path))
    clips = {"notes": [clip(hz) for hz in (220, 330, 440, 550)]}
    monkeypatch.setattr(shipped, "held_out_clips", lambda *_: clips)
    monkeypatch.setattr(shipped, "SHOWN_KINDS", {"nsynth_light": ("notes",) * 2})
    return shipped.shipped_models(["nsynth_light"], tmp_path)


def test_each_model_is_drawn_and_has_the_figures_of_its_preset(rows, tmp_path):
    (row,) = rows
    assert (tmp_path / "figure_06_nsynth_light.png").stat().st_size > 5000
    preset = load_preset("nsynth_light")
    figures = json.loads((preset.folder / "figures.json").read_text())
    assert (row["nmse"], row["lsd_db"]) == (figures["nmse"], figures["lsd_db"])
    # The middle of each half.
    assert list(row["shown_lsd_db"]) == ["notes: 330", "notes: 550"]
    assert all(0.1 < value < 6.0 for value in row["shown_lsd_db"].values())
    text = " ".join(section("shipped", shipped=rows).split())
    assert "| `nsynth_light` | 305 at 16 kHz | 1,396 | 0.058 | 1.88 dB |" in text
    assert "(figure_06_nsynth_light.png)" in text


def test_without_the_data_there_is_no_section(tmp_path, monkeypatch):
    monkeypatch.setenv("VQKERAS_DATA", str(tmp_path))
    assert shipped.shipped_models(["general"], tmp_path) == []
    assert not section("shipped", shipped=[]).strip()


def test_the_energy_of_edits_is_shown_where_it_was_measured(tmp_path):
    assert edit_energy(tmp_path) == {}
    assert not section("edits", edits={}).strip()
    row = {"name": "general", "number_format": "int8", "edits": 30}
    row |= {"edit_j": 1.234, "lowest_j": 1.2, "highest_j": 1.5}
    found = {"method": "estimated:x", "measures": "CPU", "uncertainty": "large"}
    (tmp_path / "energy").mkdir()
    path = tmp_path / "energy" / "edit.json"
    path.write_text(json.dumps(found | {"results": [row]}))
    text = " ".join(section("edits", edits=edit_energy(tmp_path)).split())
    assert "estimated, not measured (`estimated:x`: CPU; large)" in text
    assert "| `general` | int8 | 1.23, 1.20 to 1.50 | 30 |" in text


def test_trainings_cost_what_their_presets_say(tmp_path):
    rows = shipped_trainings(["nsynth_light", "general"], tmp_path)
    names = ["nsynth_light", "nsynth_light, its prior"]
    assert [row["name"] for row in rows] == [*names, "general", "general, its prior"]
    assert (tmp_path / "figure_11_shipped.png").stat().st_size > 5000
    text = " ".join(section("trainings", trainings=rows).split())
    assert "| `general` | 76 | 12.8 | 6.2 | estimated:cpu-time-12W-per-core |" in text
    assert "| `general`, its prior | 82 | 21.6 | 10.4 |" in text
    assert not section("trainings", trainings=[]).strip()


def test_only_what_ships_is_made_anew(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("VQKERAS_DATA", str(tmp_path))  # no sounds: no figure 6
    report = Path(__file__).parents[3] / "report"
    out = tmp_path / "report"
    assert main(["--out", str(out), "--shipped"]) == 2
    assert "holds no full report" in capsys.readouterr().err
    out.mkdir()
    before = json.loads((report / "report.json").read_text(encoding="utf-8"))
    shutil.copyfile(report / "report.json", out / "report.json")
    assert (
        main(["--out", str(out), "--shipped"]) != 0
    )  # nothing is lost for want of data
    assert "Set VQKERAS_DATA" in capsys.readouterr().err
    assert json.loads((out / "report.json").read_text()) == before
    rows = [before["shipped"][0] | {"nmse": 0.5}]
    monkeypatch.setattr(report_maker, "shipped_models", lambda *_: rows)
    assert main(["--out", str(out), "--shipped"]) == 0
    after = json.loads((out / "report.json").read_text(encoding="utf-8"))
    made = {"shipped", "trainings", "edits"}
    assert {key: after[key] for key in before if key not in made} == {
        key: before[key] for key in before if key not in made
    }
    assert after["shipped"] == rows and len(after["trainings"]) == 4
    assert "### Figure 11 today" in (out / "README.md").read_text(encoding="utf-8")
