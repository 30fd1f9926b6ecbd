"""Peak memory: grows with what is held, and stays when it is given back."""

import numpy as np

from edge_runtime.bench import memory
from edge_runtime.bench.memory import peak_memory_mb


def test_a_peak_stays():
    before = peak_memory_mb()
    held = np.ones(20_000_000)  # 160 MB, every page written
    assert peak_memory_mb() > 100
    assert peak_memory_mb() > before - 1
    high = peak_memory_mb()
    del held
    assert peak_memory_mb() > 0.99 * high  # Linux counts in batches of pages


def test_other_systems(monkeypatch, tmp_path):
    monkeypatch.setattr(memory, "_STATUS", tmp_path / "absent")
    monkeypatch.setattr(memory.sys, "platform", "linux")
    kilobytes = peak_memory_mb()
    monkeypatch.setattr(memory.sys, "platform", "darwin")
    assert 5 < kilobytes < 100_000
    assert peak_memory_mb() < kilobytes / 100  # the same number taken for bytes
