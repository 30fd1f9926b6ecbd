import numpy as np

from export.calibration import evenly_spaced
from vqkeras.datasets import Split


def numbered(count):
    levels = np.arange(count, dtype=np.uint8).reshape(-1, 1, 1, 1)
    return Split(np.broadcast_to(levels, (count, 2, 3, 1)), [{}] * count)


def drawn(count, wanted):
    examples = list(evenly_spaced(numbered(count), wanted))
    assert all(example.shape == (1, 2, 3, 1) for example in examples)
    assert all(example.dtype == np.float32 for example in examples)
    return [round(float(example.max()) * 255) for example in examples]


def test_spreads_over_the_whole_split():
    assert drawn(10, 5) == [0, 2, 4, 6, 8]
    assert drawn(10, 3) == [0, 3, 6]


def test_takes_all_if_there_are_no_more():
    assert drawn(4, 100) == [0, 1, 2, 3]
