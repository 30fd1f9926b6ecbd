"""`doctor` names what pyproject.toml names, and what is missing."""

import importlib.util
import json
import re
import tomllib
from pathlib import Path

from edge_runtime.__main__ import main
from edge_runtime.commands.doctor import _PACKAGES, EXTRAS

PROJECT = tomllib.loads(
    (Path(__file__).parents[3] / "pyproject.toml").read_text(encoding="utf-8")
)["project"]
PACKAGES = {
    name: {re.split(r"[>=;\[ ]", line)[0] for line in lines}
    for name, lines in PROJECT["optional-dependencies"].items()
}


def test_every_extra_is_one_of_the_package():
    PACKAGES["train"] |= PACKAGES["train-common"]
    PACKAGES["edge"] |= PACKAGES["tflite"]
    for name, extra in EXTRAS.items():
        for choice in extra.modules:
            for module in choice:
                assert _PACKAGES.get(module, module) in PACKAGES[name], (name, module)


def test_it_says_what_is_missing(monkeypatch, capsys):
    find = importlib.util.find_spec
    gone = {"soundfile", "ai_edge_litert", "tflite_runtime"}
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name in gone else find(name)
    )
    assert main(["doctor"]) == 0
    printed = capsys.readouterr().out
    assert "engine: numpy" in printed
    assert "missing ai-edge-litert, soundfile: pip install '.[edge]'" in printed
    assert "write the wheel's name in place of the dot." in printed
    assert "sensor rapl: " in printed and "models: all" in printed
    assert main(["doctor", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["extras"]["edge"]["installed"] == {} and report["models"]["general"]
