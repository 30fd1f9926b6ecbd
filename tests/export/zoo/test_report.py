"""The page of the models that are kept, from the numbers beside it."""

import json
from pathlib import Path

from export.zoo import models
from export.zoo.preset_row import main
from export.zoo.report import report_of

ZOO = Path(__file__).parents[3] / "report" / "zoo" / "zoo.json"


def test_models_of_any_sound_have_a_table_of_their_own():
    content = json.loads(ZOO.read_text(encoding="utf-8"))
    rows, study = content["models"], content["study"]
    page = report_of(rows, study, config="nsynth_light", steps=600, notes=305)
    notes, _, rest = page.partition("### Any sound")
    any_sound = rest.partition("## One thing changed")[0]
    assert "| `general` | warped |" in any_sound and "`general`" not in notes
    assert any_sound.count("| `") == 1
    for row in rows:
        assert f"| `{row['name']}` |" in page
    for line in page.splitlines():
        if line.startswith("| `"):
            assert line.count("|") == 15, line
    kinds = any_sound.partition("#### `general` by kind of sound")[2].splitlines()
    (drums,) = [line for line in kinds if line.startswith("| drums loops (12, 6) |")]
    assert "| 3.80, 5.21, 4.41, 18.29 |" in drums and drums.count("|") == 8
    assert sum(line.endswith("% |") for line in kinds) == 10
    of_notes = [row for row in rows if row["name"] != "general"]
    page = report_of(of_notes, study, config="nsynth_light", steps=600, notes=305)
    assert "### Any sound" not in page


def test_the_page_that_is_kept_is_that_of_its_numbers():
    content = json.loads(ZOO.read_text(encoding="utf-8"))
    page = report_of(
        content["models"],
        content["study"],
        config="nsynth_light",
        steps=content["steps"],
        notes=content["notes"],
        story=content["story"],
    )
    assert (ZOO.parent / "README.md").read_text(encoding="utf-8") == page


def test_a_preset_joins_the_zoo_without_its_run(tmp_path, monkeypatch):
    exported = {"int8_bytes": 7, "equal_codes": 0.5, "int8_nmse_change": 0.0}
    monkeypatch.setattr(models, "_exported", lambda preset: exported)
    content = json.loads(ZOO.read_text(encoding="utf-8"))
    (tmp_path / "zoo.json").write_text(json.dumps(content), encoding="utf-8")
    assert main(["general", "--out", str(tmp_path)]) == 0
    joined = json.loads((tmp_path / "zoo.json").read_text(encoding="utf-8"))
    rows = content["models"]
    assert joined["models"] == [*rows[:-1], {**rows[-1], **exported}]
    assert "| 7 | 50.0% |" in (tmp_path / "README.md").read_text(encoding="utf-8")


def test_what_cannot_join_is_one_line(tmp_path, capsys):
    assert main(["general", "--reports", str(tmp_path)]) == 1
    assert str(tmp_path / "general.json") in capsys.readouterr().err
    (tmp_path / "general.json").write_text('{"nmse": 0.1}')
    assert main(["general", "--reports", str(tmp_path)]) == 1
    assert "has no lsd_db, baselines" in capsys.readouterr().err
    (tmp_path / "general.json").write_text("5")
    assert main(["general", "--reports", str(tmp_path)]) == 1
    assert "has no nmse, lsd_db, baselines" in capsys.readouterr().err
