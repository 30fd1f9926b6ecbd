"""The house: what may import what, shown by blocking the rest."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# Never, not even inside a function.
FORBIDDEN = {
    "edge_runtime": {
        *("tensorflow", "keras", "scipy", "librosa", "sklearn", "vqkeras", "export")
    },
    "vqkeras": {"export"},
}

# The rooms of each package, a floor a line: what is imported lies on a floor above this
# one in the list. A room is a folder, or a loose file.
FLOORS = {
    "edge_runtime": [
        ["errors", "stage_times"],
        ["input_file", "output_file"],
        ["audio", "spectrogram"],
        ["phase"],
        ["bundle"],
        ["codes", "engines", "effects"],
        ["priors"],
        ["edit"],
        ["energy"],
        ["bench", "live"],
        ["page"],
        ["__init__"],
        ["commands"],
        ["__main__"],
    ],
    "vqkeras": [
        [
            "command",
            "drawing",
            "folder_lock",
            "layers",
            "lazy",
            "spectrogram_sound",
            "strict_yaml",
            "templates",
            "versions",
        ],
        ["callbacks", "datasets", "model"],
        ["distribution", "energy"],
        ["config"],
        ["config_file"],
        ["fine_tuning", "shared_training"],
        ["run"],
        ["presets", "run_codec", "training"],
        ["priors"],
        ["prepare", "train", "train_prior", "workers"],
        ["trained_runs"],
        ["evaluation"],
        ["evaluate"],
        ["reproduce"],
        ["__init__"],
    ],
    "export": [
        ["tflite"],
        ["golden_logits", "prior_parity", "prior_bytes"],
        ["written_bundle"],
        ["calibration", "finished_run", "parity", "receptive_field"],
        ["bundled_prior"],
        ["bundle_run"],
        ["demo", "own", "zoo", "add_prior", "calibration_study", "shrink"],
        ["__main__", "train_command"],
        ["__init__"],
    ],
}

# Runs in a fresh process: only the standard library, numpy and edge_runtime exist.
BLOCK_THE_REST = """
import sys

ALLOWED = {"numpy", "edge_runtime", *sys.stdlib_module_names}

class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] not in ALLOWED:
            raise ImportError(f"{name} is not part of the edge runtime")

sys.meta_path.insert(0, Blocker())
"""

IMPORT_ALL = """
import importlib, pkgutil
import edge_runtime

names = [m.name for m in pkgutil.walk_packages(edge_runtime.__path__, "edge_runtime.")]
for name in names:
    importlib.import_module(name)
print(len(names))
"""

HELP = """
import contextlib, io, time
from edge_runtime.__main__ import COMMANDS, main

for arguments in ([], *([name] for name in COMMANDS)):
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        try:
            main([*arguments, "--help"])
        except SystemExit as stop:
            assert stop.code == 0, arguments
    assert "usage: python -m edge_runtime" in printed.getvalue(), arguments
print(time.process_time())
"""

OFFERED = """
import importlib, pathlib
import edge_runtime

for folder in sorted(pathlib.Path(edge_runtime.__path__[0]).iterdir()):
    if (folder / "__init__.py").is_file():
        module = importlib.import_module(f"edge_runtime.{folder.name}")
        assert module.__doc__ and module.__all__, folder.name
        for name in module.__all__:
            assert hasattr(module, name), (folder.name, name)
"""


def run_blocked(program):
    return subprocess.run(
        [sys.executable, "-c", BLOCK_THE_REST + program],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=120,
    )


def test_every_edge_module_imports_on_numpy_alone():
    done = run_blocked(IMPORT_ALL)
    assert done.returncode == 0, done.stderr
    files = [p for p in (ROOT / "edge_runtime").rglob("*.py") if p.stem != "__init__"]
    packages = [p for p in (ROOT / "edge_runtime").rglob("*/__init__.py")]
    assert int(done.stdout) == len(files) + len(packages)


def test_what_a_folder_names_is_there_on_numpy_alone():
    done = run_blocked(OFFERED)
    assert done.returncode == 0, done.stderr


def test_the_block_works():
    done = run_blocked("import yaml")
    assert done.returncode != 0 and "not part of the edge runtime" in done.stderr


def test_help_is_quick_and_needs_numpy_alone():
    done = run_blocked(HELP)
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) < 2.0  # s of processor time, all commands together


def imported_packages(path):
    """Top-level packages that a file imports anywhere."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


@pytest.mark.parametrize("package", FORBIDDEN)
def test_arrows_never_run_the_other_way(package):
    files = list((ROOT / package).rglob("*.py"))
    assert files
    for path in files:
        wrong = FORBIDDEN[package] & set(imported_packages(path))
        assert not wrong, f"{path.relative_to(ROOT)} imports {', '.join(wrong)}"


def imported_rooms(path, package):
    """Rooms of its own package that a file imports anywhere, also in functions."""
    rooms = {room for floor in FLOORS[package] for room in floor}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path} imports with dots; its room cannot be read"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            top, *parts = name.split(".")
            if top == package:
                yield parts[0] if parts and parts[0] in rooms else "__init__"


@pytest.mark.parametrize("package", FLOORS)
def test_no_import_runs_back_up(package):
    floor_of = {
        room: number for number, floor in enumerate(FLOORS[package]) for room in floor
    }
    found = set()
    for path in (ROOT / package).rglob("*.py"):
        room = path.relative_to(ROOT / package).parts[0].removesuffix(".py")
        found.add(room)
        assert room in floor_of, f"{package}/{room} has no floor yet"
        for below in imported_rooms(path, package):
            assert below == room or floor_of[below] < floor_of[room], (
                f"{path.relative_to(ROOT)} imports {package}.{below}, "
                "which lies on its floor or above"
            )
    assert found == set(floor_of)


def test_few_loose_files():
    loose = list((ROOT / "edge_runtime").glob("*.py"))
    assert len(loose) <= 6, sorted(path.name for path in loose)


def test_only_the_report_of_the_paper_knows_it():
    for package in ("vqkeras", "export"):
        for path in (ROOT / package).rglob("*.py"):
            if "reproduce" not in path.parts:
                text = path.read_text(encoding="utf-8")
                assert "vqkeras.reproduce" not in text, path.relative_to(ROOT)
