"""Each situation of report/trust.md has its tests."""

import re
from pathlib import Path

TESTS = Path(__file__).parent
REPORT = TESTS.parents[0] / "report" / "trust.md"


def rows():
    """Names of the rows, and what each says of its tests."""
    text = REPORT.read_text(encoding="utf-8").partition("| situation |")[2]
    for line in text.splitlines()[2:]:
        if not line.startswith("|"):
            return
        situation, _, tests = (cell.strip() for cell in line.strip("|").split(" | "))
        yield re.split(r"[ ,]", situation)[0], tests


def test_every_situation_is_there():
    names = [*map(str, range(1, 19)), *"ABCDEFGHIJKLMNOPQRST"]
    assert [name for name, _ in rows()] == names


def test_every_situation_names_tests_that_exist():
    files = {}
    for path in TESTS.rglob("test_*.py"):
        files[path.name] = files.get(path.name, "") + path.read_text(encoding="utf-8")
    for situation, tests in rows():
        file = ""
        named = re.findall(r"`([\w.]+)::(test_\w+)`", tests)
        assert named and len(named) == tests.count("`") // 2, situation
        for place, name in named:
            file = file if place == ".." else place
            assert f"def {name}(" in files.get(file, ""), (situation, file, name)
