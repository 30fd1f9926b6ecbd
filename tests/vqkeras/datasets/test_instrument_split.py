from collections import Counter
from functools import partial

import numpy as np
import pytest

from edge_runtime.errors import UserError
from vqkeras.datasets.instrument_split import split_by_instrument, split_instruments
from vqkeras.datasets.sounds import Sounds

_SIZES = {"bass": 9, "brass": 4, "flute": 1, "guitar": 6, "keyboard": 7, "mallet": 2}


def _families(sizes):
    return {
        f"{family}_acoustic_{number:03d}": family
        for family, size in sizes.items()
        for number in range(size)
    }


@pytest.mark.parametrize("seed", range(20))
def test_shares_are_kept_and_each_family_stays_in_training(seed):
    families = _families(_SIZES)
    names = split_instruments(families, test_share=0.2, validation_share=0.1, seed=seed)
    assert Counter(names.values()) == {"test": 6, "validation": 3, "train": 20}
    learnt = {families[name] for name, part in names.items() if part == "train"}
    assert learnt == set(_SIZES)


def test_each_family_gives_up_about_its_share():
    tested = Counter()
    for seed in range(200):
        families = _families(_SIZES)
        names = split_instruments(
            families, test_share=0.2, validation_share=0.1, seed=seed
        )
        tested.update(families[name] for name, part in names.items() if part == "test")
    for family in ("bass", "brass", "guitar", "keyboard"):
        assert tested[family] / 200 / _SIZES[family] == pytest.approx(0.22, abs=0.06)


def test_the_order_of_the_notes_does_not_matter():
    families = _families(_SIZES)
    backwards = dict(reversed(families.items()))
    options = {"test_share": 0.2, "validation_share": 0.1, "seed": 4}
    assert split_instruments(families, **options) == split_instruments(
        backwards, **options
    )


def test_the_seed_decides():
    def split(seed):
        return split_instruments(
            _families(_SIZES), test_share=0.2, validation_share=0.1, seed=seed
        )

    assert split(1) == split(1) != split(2)


def test_validation_can_be_left_out():
    names = split_instruments(
        _families({"bass": 2}), test_share=0.2, validation_share=0.0, seed=0
    )
    assert Counter(names.values()) == {"test": 1, "train": 1}


def test_single_instruments_are_tested_where_there_is_nothing_else():
    families = {"a": "flute", "b": "vocal", "c": "mallet"}
    names = split_instruments(families, test_share=0.2, validation_share=0.1, seed=0)
    assert sorted(names.values()) == ["test", "train", "validation"]


def test_too_few_instruments_are_refused():
    with pytest.raises(UserError, match="Too few instruments to divide: 2"):
        split_instruments(
            _families({"bass": 2}), test_share=0.2, validation_share=0.1, seed=0
        )


def test_no_instrument_is_in_two_splits():
    instruments = list(_families(_SIZES).items()) * 3
    sounds = Sounds(
        metadata=[
            {"instrument_str": name, "instrument_family_str": family}
            for name, family in instruments
        ],
        fingerprints=[str(i) for i in range(len(instruments))],
        readers=[partial(np.full, 1, i) for i in range(len(instruments))],
    )
    splits = split_by_instrument(sounds, test_share=0.3, validation_share=0.2, seed=0)
    parts = [splits.train, splits.validation, splits.test]
    heard = [{note["instrument_str"] for note in part.metadata} for part in parts]
    assert sum(map(len, heard)) == len(set.union(*heard)) == len(_families(_SIZES))
    # Each note's sound and fingerprint came along with it.
    for part in parts:
        for i in range(len(part)):
            number = int(part.read(i)[0])
            assert part.metadata[i] == sounds.metadata[number]
            assert part.fingerprints[i] == str(number)
