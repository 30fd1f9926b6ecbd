"""`vqkeras.evaluate` of a bundle: what it asks for, prints and writes."""

import json

from vqkeras.evaluate import main


def test_a_bundle_is_judged_by_what_is_heard(monkeypatch, tmp_path, capsys):
    asked = []

    def judged(bundle, data, *, regions, seed):
        asked.append((bundle.name, data.name, regions, seed))
        return {"name": bundle.name}

    monkeypatch.setattr("vqkeras.evaluation.bundle_report.evaluate_bundle", judged)
    monkeypatch.setattr(
        "vqkeras.evaluation.bundle_table.bundle_table_of", lambda _: "="
    )
    drawn = []
    monkeypatch.setattr(
        "vqkeras.evaluation.fills_figure.draw_fills",
        lambda bundle, data, path, *, seed: drawn.append((bundle.name, path, seed)),
    )
    assert main(["nsynth_live", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"name": "nsynth_live"}
    assert not drawn
    out = tmp_path / "told.json"
    given = ["nsynth_live", "--limit", "50", "--seed", "3", "--out", str(out)]
    assert main(given) == 0
    assert capsys.readouterr().out == "=\n"
    assert json.loads(out.read_text()) == {"name": "nsynth_live"}
    page = (tmp_path / "told.md").read_text()
    assert page.startswith("# Figures of `nsynth_live`") and page.endswith("=\n```\n")
    assert drawn == [("nsynth_live", tmp_path / "told.png", 3)]
    assert {each[:2] for each in asked} == {("nsynth_live", "general")}
    assert [each[2:] for each in asked] == [(240, 0), (50, 3)]
    assert main(given) == 2
    assert "told.json exists" in capsys.readouterr().err
    assert main([*given, "--force"]) == 0
    assert main([*given[:-1], "told.txt"]) == 2
    assert "--out must end in .json. Received: told.txt." in capsys.readouterr().err
    assert main(["nsynth_live", "--split", "train"]) == 2
    assert "never heard. Leave out --split." in capsys.readouterr().err
    assert main([str(tmp_path / "missing.tflite")]) == 4
