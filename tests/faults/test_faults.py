"""Every call that touches the disk fails once; `make faults` has more of them."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.disk import can_fail

ROOT = Path(__file__).parents[2]


@pytest.mark.skipif(not can_fail(), reason="needs Linux and a C compiler")
def test_whatever_fails_the_older_file_or_the_whole_new_one_is_there():
    pytest.importorskip("soundfile", reason="writes FLAC")
    only = [word for name in ("wav", "flac", "token") for word in ("--only", name)]
    run = subprocess.run(
        [sys.executable, "-m", "tests.faults", *only, "--error", "ENOSPC"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    counts = re.findall(r"\| ENOSPC \| (\d+) \| 0 \|", run.stdout)
    # At least: made, written, brought to the disk, renamed, deleted.
    assert len(counts) == 3 and int(counts[0]) > 6 and int(counts[1]) > 6

    run = subprocess.run(
        [sys.executable, "-m", "tests.faults", "--only", "no", "--error", "EIO"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.returncode == 2 and "--only must be one of wav, flac" in run.stderr


@pytest.mark.skipif(not hasattr(os, "fork"), reason="children are forked")
def test_an_edit_that_is_killed_loses_nothing(tmp_path):
    """In a process of its own: this one has threads, and must not be forked."""
    run = subprocess.run(
        [
            *(sys.executable, "-m", "tests.faults.kills", "--only", "edit"),
            *("--count", "4", *(["--power"] if can_fail() else [])),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert re.search(r"\| edit \| 4 \| \d+ \| 0 \| 0 \|", run.stdout), run.stdout
