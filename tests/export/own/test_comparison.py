"""The command that compares fine-tuning with training from scratch."""

import json

import pytest

from export.own import comparison


@pytest.mark.parametrize("about", [None, "a kit of one source"])
def test_the_file_begins_with_what_the_sounds_are(about, tmp_path, monkeypatch):
    for name in ("look_at", "own_plan"):
        monkeypatch.setattr(comparison, name, lambda *_, **__: None)
    monkeypatch.setattr(comparison, "compare", lambda _: {"minutes": 10})
    out, said = tmp_path / "own.json", ["--about", about] if about else []
    assert comparison.main([str(tmp_path), "-o", str(out), *said]) == 0
    report = json.loads(out.read_text())
    assert report.pop("about", None) == about
    assert report == {"seed": 0, "minutes": 10}
