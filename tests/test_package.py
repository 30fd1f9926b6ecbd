"""What is installed: its commands, its extras, and the pages of its docstrings."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import edge_runtime
from edge_runtime.commands.doctor import EXTRAS

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
SOURCES = {".py", ".md", ".html", ".js", ".yaml", ".j2"}
# Each command's help where numpy alone is installed: it is shown, or one line says
# what is missing.
HELPS = """
import importlib, json, sys
missing = ["yaml", "tensorflow", "keras", "jsonargparse", "sklearn", "jinja2",
           "matplotlib", "ai_edge_litert", "soundfile"]
sys.modules.update(dict.fromkeys(missing))
codes = []
for target in sys.argv[1:]:
    target, *own = target.split()
    module, _, name = target.partition(":")
    main = getattr(importlib.import_module(module), name)
    try:
        codes.append(main([*own, "--help"]))
    except SystemExit as stop:
        codes.append(stop.code)
sys.stderr.write(json.dumps(codes))
"""


def test_commands_without_the_packages_of_training_answer_in_one_line():
    scripts = PROJECT["project"]["scripts"]
    targets = [*scripts.values(), scripts["vqkeras-train"] + " own"]
    targets += ["vqkeras.presets.__main__:main", "export.own.__main__:main"]
    done = subprocess.run(
        [sys.executable, "-c", HELPS, *targets], capture_output=True, text=True
    )
    *lines, codes = done.stderr.splitlines()
    found = json.loads(codes)
    assert len(found) == len(targets) and set(found) <= {0, 3}
    assert len(lines) == found.count(3)
    assert all("pip install '.[train]'" in line for line in lines)


def test_doctor_names_every_extra_of_a_user():
    extras = PROJECT["project"]["optional-dependencies"].keys()
    # Parts and other builds of `train` and `edge`, and what a checkout needs.
    others = {"train-common", "train-cpu", "tflite", "docs", "dev"}
    assert EXTRAS.keys() == extras - others


def test_types_and_weights_are_installed_too():
    data = PROJECT["tool"]["setuptools"]["package-data"]
    for package in ("edge_runtime", "vqkeras", "export"):
        assert "py.typed" in data[package] and (ROOT / package / "py.typed").is_file()
    assert "presets/*/*" in data["vqkeras"] and "models/*" in data["edge_runtime"]


def test_nothing_says_to_install_a_name_that_a_stranger_may_take():
    """Nobody keeps this package's name on an index: the repository or a wheel is it."""
    texts = [*ROOT.glob("*.md"), *ROOT.glob("*.ipynb")]
    for folder in ("edge_runtime", "vqkeras", "export", "docs", "configs"):
        texts += [p for p in (ROOT / folder).rglob("*") if p.suffix in SOURCES]
    for path in texts:
        named = re.search(
            r"pip install (?:[^`\n]*['\" ])?vqkeras\b", path.read_text(encoding="utf-8")
        )
        assert named is None, f"{path}: {named[0]}"


def test_every_public_name_says_what_it_is():
    for name in edge_runtime.__all__:
        offered = getattr(edge_runtime, name)
        assert isinstance(offered, dict | tuple) or offered.__doc__, name


def test_the_reference_is_of_all_modules(monkeypatch):
    pytest.importorskip("pdoc", reason="comes with the extra `docs`")
    from docs.__main__ import module_names

    monkeypatch.chdir(ROOT)
    names = module_names()
    assert {"edge_runtime", "vqkeras.model.vqvae", "export.parity"} <= set(names)
    assert "export.__main__" not in names and len(names) == len(set(names)) > 400
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "$(BIN)/python -W error -m docs build/docs" in makefile
