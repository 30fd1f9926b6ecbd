from functools import partial

import numpy as np

from vqkeras.datasets.sounds import Sounds


def _sounds(count, first=0):
    return Sounds(
        metadata=[{"number": first + i} for i in range(count)],
        fingerprints=[str(first + i) for i in range(count)],
        readers=[partial(np.full, 2, first + i, np.float32) for i in range(count)],
    )


def _numbers(sounds):
    read = [int(sounds.read(i)[0]) for i in range(len(sounds))]
    assert read == [note["number"] for note in sounds.metadata]
    assert read == [int(text) for text in sounds.fingerprints]
    return read


def test_chosen_and_joined_sounds_stay_together():
    joined = _sounds(4).followed_by(_sounds(3, first=10))
    assert _numbers(joined) == [0, 1, 2, 3, 10, 11, 12]
    assert _numbers(joined.chosen([6, 0, 4]).chosen([1, 0])) == [0, 12]


def test_a_limit_takes_from_everywhere():
    assert _numbers(_sounds(10).limited(4)) == [0, 2, 5, 7]
    assert _numbers(_sounds(3).limited(4)) == _numbers(_sounds(3).limited(None))
