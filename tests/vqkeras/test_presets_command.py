"""`vqkeras.presets()` and `python -m vqkeras.presets`."""

import json
import shutil
import subprocess
import sys

from vqkeras.model.preset_names import PRESETS_FOLDER
from vqkeras.presets.__main__ import main

QUICK = """
import sys, time
sys.modules["yaml"] = None  # where training's packages are not installed
start = time.process_time()
import vqkeras
table = vqkeras.presets()
seconds = time.process_time() - start
assert not {"tensorflow", "keras"} & set(sys.modules), "imported too early"
del sys.modules["yaml"]
import vqkeras.presets
assert vqkeras.presets() == table and vqkeras.presets.load_preset
print(seconds)
print(table)
"""


def test_the_table_is_quick_and_needs_no_tensorflow():
    done = subprocess.run([sys.executable, "-c", QUICK], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    seconds, head, *rows = done.stdout.splitlines()
    assert float(seconds) < 0.3  # s of processor time
    assert head.split()[:2] == ["name", "sees"]
    assert any(row.startswith("general") and "44.1 kHz sound" in row for row in rows)


def test_the_command_tells_of_all_and_of_one(capsys):
    assert main([]) == 0
    assert "general" in capsys.readouterr().out
    assert main(["general", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["sound"]["sample_rate"] == 44100
    assert report["model"]["codebook_size"] == 1024 and report["licence"]
    assert main(["general"]) == 0
    assert "num_parameters: 365852" in capsys.readouterr().out


def test_it_checks_every_file(tmp_path, capsys):
    folder = shutil.copytree(PRESETS_FOLDER / "general", tmp_path / "general")
    weights = folder / "model.weights.h5"
    content = bytearray(weights.read_bytes())
    content[1000] ^= 1
    weights.write_bytes(content)
    assert main([str(folder)]) == 4
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and "Get the preset again" in error
