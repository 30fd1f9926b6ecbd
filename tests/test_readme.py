"""Commands of the texts exist, their code runs, and their paths lead somewhere."""

import configparser
import importlib
import re
import shlex
import tomllib
import wave
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
DEPLOY = (ROOT / "DEPLOY.md").read_text(encoding="utf-8")
PAGE = (ROOT / "PAGE.md").read_text(encoding="utf-8")
RESULTS = (ROOT / "RESULTS.md").read_text(encoding="utf-8")
TEXTS = README + DEPLOY + PAGE + RESULTS
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
PACKAGES = ("edge_runtime", "vqkeras", "export")
UNITS = re.findall(r"```ini\n(.*?)```", DEPLOY, re.DOTALL)
SHELL_LINES = [
    command.strip()
    for block in re.findall(r"```sh\n(.*?)```", TEXTS, re.DOTALL)
    for line in block.splitlines()
    for command in line.split("#")[0].split(" && ")
]
COMMANDS = list(
    dict.fromkeys(
        [line for line in SHELL_LINES if line.startswith("python -m ")]
        + re.findall(r"^ExecStart=.*/bin/(python -m .*)$", DEPLOY, re.MULTILINE)
    )
)
# Those that need nothing but a note and a model that ships.
EDITS = [
    line
    for line in COMMANDS
    if re.match(r"python -m edge_runtime (inpaint|reconstruct|transform|encode) ", line)
    and ".tflite" not in line
]
# The package or module whose `main` a command runs.
MODULES = {
    "edge_runtime": "edge_runtime.__main__",
    "export": "export.__main__",
    "export.own": "export.own.__main__",
    "vqkeras.energy": "vqkeras.energy.__main__",
    "vqkeras.presets": "vqkeras.presets.__main__",
    "vqkeras.reproduce": "vqkeras.reproduce.__main__",
}


@pytest.mark.parametrize("command", COMMANDS)
def test_flags_of_a_command_exist(command, capsys):
    _, _, module, *arguments = shlex.split(command)
    main = importlib.import_module(MODULES.get(module, module)).main
    subcommand = arguments[:1] if module in ("edge_runtime", "vqkeras.energy") else []
    try:
        main([*subcommand, "--help"])
    except SystemExit as stop:
        assert stop.code == 0
    printed = capsys.readouterr().out
    flags = [word for word in arguments if re.fullmatch(r"--?[a-z][\w.-]*", word)]
    for flag in flags:
        assert re.search(rf"(?<![\w-]){re.escape(flag)}(?![\w-])", printed), flag


def test_there_are_commands_to_check():
    assert len(COMMANDS) >= 8 and len(EDITS) >= 5


def test_units_start_what_is_installed():
    assert len(UNITS) == 2
    for text in UNITS:
        unit = configparser.ConfigParser(interpolation=None)
        unit.optionxform = str
        unit.read_string(text)
        assert {"Unit", "Service", "Install"} == set(unit.sections())
        program = unit["Service"]["ExecStart"].partition(" -m ")[0]
        user = unit["Service"]["User"]
        # Where the page's own commands put it.
        assert program == f"/home/{user}/vqkeras/bin/python"
        assert "python3 -m venv ~/vqkeras" in SHELL_LINES


def test_extras_exist():
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    known = extras["project"]["optional-dependencies"]
    named = re.findall(r"\[([a-z-]+)\]['\"]", README + DEPLOY)
    table = re.findall(
        r"^\| `([a-z-]+)` \| (?:LiteRT|cryptography|`[a-z]+`),? ", DEPLOY, re.MULTILINE
    )
    assert table == ["edge", "serve", "qr", "sign", "live", "midi"]
    assert {*named, *table} <= known.keys()


def test_python_code_imports_from_the_front_doors_alone():
    code = re.findall(r"```python\n(.*?)```", README + DEPLOY, re.DOTALL)
    modules = re.findall(r"^\s*(?:from|import) ([\w.]+)", "\n".join(code), re.M)
    ours = {m for m in modules if m.split(".")[0] in ("edge_runtime", "vqkeras")}
    assert ours and ours <= {"edge_runtime", "vqkeras"}


def write_note(name, seconds):
    """A decaying tone at 16 kHz, and its samples."""
    time = np.arange(16000 * seconds) / 16000
    note = 0.4 * np.sin(2 * np.pi * 220 * time) * np.exp(-time)
    with wave.open(name, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16000)
        file.writeframes((note * 32767).astype("<i2").tobytes())
    return note


@pytest.mark.parametrize("command", EDITS)
def test_edits_are_made(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_note("note.wav", seconds=2)
    write_note("other.wav", seconds=1)
    main = importlib.import_module("edge_runtime.__main__").main
    assert main(shlex.split(command)[3:]) == 0


def test_python_code_runs(tmp_path, monkeypatch, capsys):
    pytest.importorskip("ai_edge_litert", reason="needs the interpreter")
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    monkeypatch.chdir(tmp_path)
    note = write_note("note.wav", seconds=4)
    exec(compile(code, "README.md", "exec"), {})
    # The cells of the model that the region touches: up to a little above it.
    assert re.fullmatch(r"\d\.\d+-\d\.\d+ s, 0-8257 Hz\n", capsys.readouterr().out)
    with wave.open("out.wav", "rb") as file:
        edited = np.frombuffer(file.readframes(64000), "<i2")
    original = (note * 32767).astype("<i2")
    assert np.array_equal(edited[: 16000 // 4], original[: 16000 // 4])
    assert not np.array_equal(edited, original)


def test_make_targets_exist():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"`make (\w+)`", README)) | {
        line.split()[1] for line in SHELL_LINES if line.startswith("make ")
    }
    assert {"demo", "test"} <= targets
    for target in targets:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_paths_exist():
    linked = re.findall(r"\]\(([^)#]+)[#)]", TEXTS)
    named = re.findall(
        r"`((?:edge_runtime|vqkeras|export|configs|tests)/[\w/.]*)`", TEXTS
    )
    given = [
        word for line in SHELL_LINES for word in re.findall(r"configs/[\w.]+", line)
    ]
    for path in [*linked, *named, *given]:
        assert "://" in path or (ROOT / path).exists(), path


def test_architecture_names_what_exists():
    named = set(re.findall(r"`([\w/]+(?:/|\.\w+))`", ARCHITECTURE))
    assert len(named) > 60
    for path in named:
        places = [ROOT, *(ROOT / package for package in PACKAGES)]
        assert any((place / path).exists() for place in places), path


@pytest.mark.parametrize("package", PACKAGES)
def test_architecture_names_every_folder(package):
    section = ARCHITECTURE.split(f"| `{package}/` |")[1].split("\n\n")[0]
    folders = {path.parent.name for path in (ROOT / package).glob("*/__init__.py")}
    assert set(re.findall(r"^\| `(\w+)/`", section, re.M)) == folders
