"""The command `python -m vqkeras.workers`; small programs stand in for trainings."""

import sys
import time

import pytest

from vqkeras import workers
from vqkeras.workers import WorkerError, main, run_workers

# What worker 0 and the others do.
PROGRAM = """
import json, os, sys, time
config = json.loads(os.environ["TF_CONFIG"])
number = config["task"]["index"]
assert len(set(config["cluster"]["worker"])) == 3
"""


def program(text):
    return [sys.executable, "-c", PROGRAM + text]


def test_all_end_well_and_only_worker_0_is_heard(capfd):
    run_workers(program("print('worker', number); sys.stderr.write('progress ')"), 3)
    assert capfd.readouterr() == ("worker 0\n", "progress ")


@pytest.mark.parametrize(
    ("end", "exit_code", "message"),
    [
        ("sys.exit('why\\nbad data')", 1, "exit code 1; .* It said: bad data"),
        ("sys.exit(3)", 3, "Worker 2 ended with exit code 3; the others were ended.$"),
        ("os.kill(os.getpid(), 9)", 137, "by signal 9"),
    ],
)
def test_one_that_fails_ends_all(end, exit_code, message):
    start = time.monotonic()
    with pytest.raises(WorkerError, match=message) as caught:
        run_workers(program(f"if number == 2: {end}\ntime.sleep(60)"), 3)
    assert caught.value.exit_code == exit_code
    assert time.monotonic() - start < 30.0


def test_a_worker_that_is_killed_leaves_no_temporary(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    text = "import tempfile\ntempfile.mkdtemp()\nos.kill(os.getpid(), 9)"
    with pytest.raises(WorkerError, match="by signal 9"):
        run_workers(program(text), 3)
    assert not list(tmp_path.iterdir())


def test_it_starts_the_training_that_is_asked_for(monkeypatch, capsys):
    seen = []
    monkeypatch.setattr(workers, "run_workers", lambda *given: seen.append(given))
    assert main(["2", "--config", "a.yaml"]) == 0
    assert main(["3", "train_prior", "general", "--resume"]) == 0
    strategy = "--training.strategy=workers"
    assert [(command[2:], count) for command, count in seen] == [
        (["vqkeras.train", "--config", "a.yaml", strategy], 2),
        (["vqkeras.train_prior", "general", "--resume", strategy], 3),
    ]
    assert main(["--help"]) == 0
    assert "usage: python -m vqkeras.workers N" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [[], ["1"], ["--config", "a.yaml"]])
def test_without_a_number_it_is_one_line_and_exit_code_2(arguments, capsys):
    assert main(arguments) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "Give the number of workers first, 2 or more" in line
