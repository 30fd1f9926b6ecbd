"""The notebook: its cells run from the first to the last, and nothing is left in it."""

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from edge_runtime import read_audio

NOTEBOOK = Path(__file__).parents[1] / "first_steps.ipynb"
CELLS = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
CODE = ["".join(cell["source"]) for cell in CELLS if cell["cell_type"] == "code"]

pytestmark = [
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Even though the `tf.config:UserWarning"),
]


def test_no_output_is_kept_and_cells_are_short():
    for cell in CELLS:
        assert not cell.get("outputs") and cell.get("execution_count") is None
    assert max(code.count("\n") for code in CODE) < 25


@pytest.mark.slow
def test_the_cells_run_one_after_the_other(tmp_path, monkeypatch, pictures, eager):
    heard = []
    # What plays a sound in a browser is not part of the package.
    player = SimpleNamespace(Audio=lambda sound, rate=None: heard.append(sound))
    monkeypatch.setitem(sys.modules, "IPython.display", player)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    names = {}
    for number, code in enumerate(CODE):
        exec(compile(code, f"{NOTEBOOK.name}, cell {number}", "exec"), names)
    assert len(heard) == 2 and np.abs(heard[0]).max() > 0.01
    drums, out = names["drums"].samples, read_audio(Path(heard[1])).samples
    # Only the half second that was forgotten is new.
    assert np.array_equal(out[:40_000], drums[:40_000])
    assert not np.array_equal(out[44_100:66_150], drums[44_100:66_150])
    assert len(list(Path("sounds").iterdir())) == 10


@pytest.fixture
def eager():
    """Steps without a graph: a few steps are faster than tracing them."""
    tensorflow = pytest.importorskip("tensorflow", reason="fine-tunes")
    tensorflow.config.run_functions_eagerly(True)
    yield
    tensorflow.config.run_functions_eagerly(False)


@pytest.fixture
def pictures(monkeypatch):
    """Pictures without a window, closed at the end."""
    monkeypatch.setenv("MPLBACKEND", "agg")
    import matplotlib.pyplot as plt

    yield
    plt.close("all")
