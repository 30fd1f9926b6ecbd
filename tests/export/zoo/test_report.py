"""The page of the models that are kept, from the numbers beside it."""

import json
from pathlib import Path

from export.zoo.report import report_of

ZOO = Path(__file__).parents[3] / "report" / "zoo" / "zoo.json"


def test_models_of_any_sound_have_a_table_of_their_own():
    content = json.loads(ZOO.read_text(encoding="utf-8"))
    models, study = content["models"], content["study"]
    page = report_of(models, study, config="nsynth_light", steps=600, notes=305)
    notes, _, rest = page.partition("### Any sound")
    any_sound = rest.partition("## One thing changed")[0]
    assert "| `general` | warped |" in any_sound and "`general`" not in notes
    assert any_sound.count("| `") == 1
    for row in models:
        assert f"| `{row['name']}` |" in page
    for line in page.splitlines():
        if line.startswith("| `"):
            assert line.count("|") == 15, line
    of_notes = [row for row in models if row["name"] != "general"]
    page = report_of(of_notes, study, config="nsynth_light", steps=600, notes=305)
    assert "### Any sound" not in page
