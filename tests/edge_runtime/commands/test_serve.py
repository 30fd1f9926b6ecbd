"""`serve` as a process: it says where it is, answers, and ends when told."""

import json
import signal
import socket
import subprocess
import sys
import urllib.request

import pytest

from edge_runtime.__main__ import main
from edge_runtime.commands import serve
from edge_runtime.errors import UserError


def test_it_runs_until_it_is_interrupted(bundle_path):
    pytest.importorskip("uvicorn", reason="the page needs uvicorn")
    command = [sys.executable, "-m", "edge_runtime", "serve", "--port", "0"]
    with subprocess.Popen(
        [*command, "--model", str(bundle_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A shell starts background jobs, and so perhaps these tests, without Ctrl-C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        try:
            assert process.stdout.readline() == "model: levels\n"
            address = process.stdout.readline().split()[1]
            assert address.startswith("http://127.0.0.1:")
            with urllib.request.urlopen(address + "healthz", timeout=20) as answer:
                assert json.load(answer)["model"] == "levels"
        finally:
            process.send_signal(signal.SIGINT)
        out, errors = process.communicate(timeout=20)
    assert (process.returncode, out, errors) == (130, "", "interrupted\n")


def test_a_port_that_is_taken(bundle_path, capsys):
    pytest.importorskip("uvicorn", reason="the page needs uvicorn")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        code = main(["serve", "--port", port, "--model", str(bundle_path)])
    assert code == 1
    assert f"Cannot listen on 127.0.0.1:{port}" in capsys.readouterr().err


@pytest.mark.parametrize("package", ["starlette", "uvicorn"])
def test_a_missing_package_names_the_extra(
    bundle_path, capsys, block_imports, monkeypatch, package
):
    for name in [name for name in sys.modules if name.partition(".")[0] == package]:
        monkeypatch.delitem(sys.modules, name)
    block_imports(package)
    assert main(["serve", "--port", "0", "--model", str(bundle_path)]) == 3
    assert "pip install '.[serve]'" in capsys.readouterr().err


@pytest.mark.parametrize("port", ["-1", "65536", "http"])
def test_ports_that_are_none(port, capsys):
    assert main(["serve", "--port", port]) == 2
    assert "invalid port_number value" in capsys.readouterr().err


@pytest.mark.parametrize("engine", ["auto", "litert", "numpy"])
def test_a_model_that_cannot_run_is_found_before_serving(
    placeholder_path, capsys, engine
):
    if engine != "numpy":
        pytest.importorskip("ai_edge_litert", reason="LiteRT refuses the model")
    command = ["serve", "--port", "0", "--engine", engine]
    assert main([*command, "--model", str(placeholder_path)]) == 4
    assert capsys.readouterr().err.startswith("error: ")


@pytest.mark.parametrize(
    ("model", "others"),
    [
        ("general", {"nsynth_light", "nsynth_live", "nsynth_light_float32"}),
        # Its bundle calls itself nsynth_light: twice in the menu is once too often.
        ("nsynth_light_float32", {"general", "nsynth_live"}),
    ],
)
def test_the_menu_has_no_model_twice(model, others, monkeypatch):
    offered = {}

    def served(workers, **_):
        offered.update(dict.fromkeys(workers[0].others))
        raise UserError("far enough")

    monkeypatch.setattr(serve, "make_server", served)
    assert main(["serve", "--port", "0", "--model", model]) == 1
    assert set(offered) == others
