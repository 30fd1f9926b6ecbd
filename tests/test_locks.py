"""What `make` installs: the versions of constraints.txt, each file by its hash."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LOCKS = sorted((ROOT / "locks").glob("*.txt"))
# A pin, and the lines behind it.
PIN = re.compile(r"^([\w.-]+==[^ \n]+).*\n((?:[ #].*\n)*)", re.M)
# Of constraints.txt, for other extras.
OTHERS = {"build", "pyproject-hooks", "sounddevice", "python-rtmidi"}


def normal(pin):
    name, version = pin.split("==")
    return re.sub(r"[-_.]+", "-", name).lower() + "==" + version


def constrained():
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return {normal(line.split(";")[0]) for line in lines if not line.startswith("#")}


def pins(path):
    """Pin and hashes of each package of a lock."""
    text = path.read_text(encoding="utf-8")
    found = [(normal(pin), behind) for pin, behind in PIN.findall(text)]
    assert len(found) == sum("==" in line for line in text.splitlines())
    return found


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.stem)
def test_each_package_has_its_version_and_hashes(path):
    assert pins(path)
    for pin, behind in pins(path):
        assert pin in constrained(), f"{pin}: pin it in constraints.txt, then make lock"
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", behind), pin
    assert "://" not in path.read_text(encoding="utf-8")


def test_all_that_is_pinned_is_locked():
    locked = {pin for path in LOCKS for pin, _ in pins(path)}
    missing = constrained() - locked
    assert {pin.split("==")[0] for pin in missing} <= OTHERS


def test_make_takes_nothing_without_a_hash():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    _, _, rule = makefile.partition("\n$(STAMP):")
    installs = re.findall(r"\$\(INSTALL\) (.*)", rule)
    assert len(installs) == 3
    *locked, own = installs
    assert all(each.startswith("--require-hashes ") for each in locked)
    assert own == "--no-deps --no-build-isolation -e ."
    assert {path.name for path in LOCKS} >= set(
        re.findall(r"locks/([\w-]+\.txt)", rule)
    )
