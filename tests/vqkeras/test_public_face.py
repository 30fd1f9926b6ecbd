"""What `import vqkeras` offers, and that it costs nothing until it is used."""

import subprocess
import sys

QUICK = """
import sys, time
start = time.process_time()
import vqkeras
assert set(vqkeras.__all__) <= set(dir(vqkeras))
seconds = time.process_time() - start
assert not {"tensorflow", "keras", "numpy"} & set(sys.modules), "imported too early"
print(seconds)
"""

ALL_THERE = """
import sys
import vqkeras
from vqkeras import ConvArchitecture, load_run
assert not {"tensorflow", "keras"} & set(sys.modules), "configs and runs need neither"
for name in vqkeras.__all__:
    assert getattr(vqkeras, name).__name__.rpartition(".")[2] == name
from vqkeras import *
assert build_model(ConvArchitecture(), (None, 16, 1), 1.0).count_params() > 0
try:
    vqkeras.VQVEA
except AttributeError as error:
    print(error)
"""


def run(program):
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_import_is_quick_and_loads_nothing():
    assert float(run(QUICK)) < 0.1  # s of processor time


def test_every_name_is_there_and_a_wrong_one_is_an_error():
    assert run(ALL_THERE) == "module 'vqkeras' has no attribute 'VQVEA'"
