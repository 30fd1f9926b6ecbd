"""What all programs do alike: their name, `--debug`, one line for every error."""

import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

from edge_runtime import __main__ as edge
from edge_runtime.commands.program import Parser, called_as, run_program
from edge_runtime.errors import BundleError

PYPROJECT = Path(__file__).parents[3] / "pyproject.toml"
SCRIPTS = tomllib.loads(PYPROJECT.read_text())["project"]["scripts"]
# What a script is called as a module, where that is another one.
_MODULES = {"vqkeras-edge": "edge_runtime", "vqkeras-export": "export"}
_MODULES |= {"vqkeras-train": "vqkeras.train", "vqkeras-prepare": "vqkeras.prepare"}


@pytest.mark.parametrize("script", SCRIPTS)
def test_each_script_is_there_and_knows_its_name(script, monkeypatch, capsys):
    pytest.importorskip("jsonargparse")
    module, function = SCRIPTS[script].split(":")
    main = getattr(import_module(module), function)
    names = {
        f"/usr/bin/{script}": script,
        f"C:\\{script}.exe" if sys.platform == "win32" else script: script,
        "/x/__main__.py": f"python -m {_MODULES.get(script, module)}",
    }
    for called, name in names.items():
        monkeypatch.setattr(sys, "argv", [called, "--help"])
        with pytest.raises(SystemExit) as stop:
            main()
        assert stop.value.code == 0
        assert f"usage: {name} " in capsys.readouterr().out


@pytest.mark.parametrize("called", ["vqkeras-edge", "python -m edge_runtime"])
def test_hints_say_what_was_called(called, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", [called.removeprefix("python -m ")])
    assert edge.main(["inpaint"]) == 2
    assert f"See: {called} inpaint --help" in capsys.readouterr().err


def test_a_script_of_another_name_is_not_believed(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["/usr/bin/pytest"])
    assert called_as("edge_runtime", "vqkeras-edge") == "python -m edge_runtime"


def fail(error):
    def program(given):
        Parser(prog="x").parse_args(given)
        raise error

    return program


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (BundleError("Model\n  is  bad."), 4, "error: Model is bad."),
        (KeyboardInterrupt(), 130, "interrupted"),
        (
            ModuleNotFoundError("no", name="keras"),
            3,
            "error: Package keras is missing. Install it with: pip install '.[train]' "
            "in the repository, or the wheel's name in place of the dot",
        ),
    ],
)
def test_one_line_and_a_code(error, code, line, capsys):
    assert run_program(fail(error), [], extra="train") == code
    assert capsys.readouterr().err == f"{line}\n"


def test_debug_shows_where(capsys):
    assert run_program(fail(BundleError("Bad.")), ["--debug"]) == 4
    printed = capsys.readouterr().err
    assert "Traceback" in printed and printed.endswith("error: Bad.\n")


def test_what_is_no_users_fault_is_not_caught():
    with pytest.raises(ModuleNotFoundError):
        run_program(fail(ModuleNotFoundError("no", name="keras")), [])
    with pytest.raises(ZeroDivisionError):
        run_program(lambda given: 1 // 0, [])


def test_a_programs_own_code():
    assert run_program(lambda given: 7, []) == 7
    assert run_program(lambda given: None, []) == 0
