import subprocess
import sys

import pytest

from export.calibration_study import main


@pytest.mark.slow
def test_one_row_per_format_and_count(run_dir, tmp_path, capsys):
    path = tmp_path / "table.md"
    assert main([str(run_dir), "-o", str(path), "--counts", "90", "1"]) == 0
    printed = capsys.readouterr().out
    assert path.read_text(encoding="utf-8") == printed
    assert printed.startswith("# Number formats and calibration of `tiny`\n")
    head, _, *rows = [
        [cell.strip() for cell in line.split("|")[1:-1]]
        for line in printed.splitlines()
        if line.startswith("|")
    ]
    assert head[:4] == ["number format", "calibration examples", "bytes", "equal codes"]
    # 90 are more than there are: all of them, once.
    available = rows[-1][1]
    assert 1 < int(available) < 90
    assert [row[:2] for row in rows] == [
        ["float32", ""],
        ["float16", ""],
        ["dynamic", ""],
        ["int8", "1"],
        ["int8", available],
    ]
    assert float(rows[0][3].rstrip("%")) > 99.0
    assert all(row[6].endswith("%") and float(row[5]) > 0 for row in rows)
    for part in ("Data: synthetic", f"the {available} of", "training: 7.", "Machine: "):
        assert part in " ".join(printed.split())


def test_refusals(run_dir, tmp_path, capsys):
    kept = tmp_path / "kept.md"
    kept.write_text("kept")
    new = tmp_path / "new.md"
    for arguments, code, message in (
        ([run_dir, "-o", kept], 2, "exists. Choose another name or add --force."),
        ([run_dir, "-o", new, "--counts", "0"], 2, "1 or more. Received: 0."),
        ([tmp_path, "-o", new], 4, str(tmp_path)),
    ):
        assert main([str(argument) for argument in arguments]) == code
        (line,) = capsys.readouterr().err.splitlines()
        assert message in line
    assert kept.read_text() == "kept" and not new.exists()


def test_help_loads_no_tensorflow():
    code = (
        "import sys\n"
        "from export.calibration_study import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "sys.exit('tensorflow' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert ran.returncode == 0, ran.stderr
