"""Split by instrument: no instrument is heard in two splits.

Notes of one instrument are near-duplicates. Divided by note, a test would measure
memory.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Literal

import numpy as np

from edge_runtime.errors import UserError
from vqkeras.datasets.sounds import Sounds, SoundSplits

SplitName = Literal["train", "validation", "test"]


def split_instruments(
    families: dict[str, str],
    *,
    test_share: float,
    validation_share: float,
    seed: int,
) -> dict[str, SplitName]:
    """Decide which split hears each instrument.

    Each family gives up about the same share of its instruments. One instrument of
    each family stays in training, unless there are too few others to hold back.

    Args:
        families: Family of each instrument.
        test_share: Share of the instruments for the test, at least one.
        validation_share: Share for validation, at least one; 0 means none.
        seed: Seed of the choice.

    Returns:
        Split of each instrument.

    Raises:
        UserError: If there are fewer instruments than splits.
    """
    num_test = max(1, round(test_share * len(families)))
    num_validation = 0
    if validation_share:
        num_validation = max(1, round(validation_share * len(families)))
    num_splits = 2 + bool(num_validation)
    if len(families) <= num_test + num_validation:
        raise UserError(
            f"Too few instruments to divide: {len(families)}, for a test of {num_test} "
            f"and a validation of {num_validation}. Needed: {num_splits} or more, so "
            "loosen the filters or lower the shares."
        )
    rng = np.random.default_rng(seed)
    members = defaultdict(list)
    for instrument in sorted(families):
        members[families[instrument]].append(instrument)
    places = {}
    for family in sorted(members):
        size = len(members[family])
        # Evenly spaced places in [0, 1), jittered: however many instruments are cut
        # off the front of the whole order, each family loses about its share.
        spaced = (np.arange(size) + rng.random(size)) / size
        for place, number in enumerate(rng.permutation(size)):
            is_last = place == size - 1
            places[members[family][number]] = (is_last, spaced[place])
    order = sorted(places, key=lambda instrument: places[instrument])
    names: dict[str, SplitName] = dict.fromkeys(order, "train")
    names.update(dict.fromkeys(order[:num_test], "test"))
    held_back = order[num_test : num_test + num_validation]
    names.update(dict.fromkeys(held_back, "validation"))
    return names


def split_by_instrument(
    sounds: Sounds, *, test_share: float, validation_share: float, seed: int
) -> SoundSplits:
    """Divide notes so that no instrument is in two splits.

    Args:
        sounds: Notes whose metadata has `instrument_str` and `instrument_family_str`.
        test_share: See `split_instruments`.
        validation_share: See `split_instruments`.
        seed: See `split_instruments`.

    Raises:
        UserError: If there are fewer instruments than splits.
    """
    names = split_instruments(
        {note["instrument_str"]: _family(note) for note in sounds.metadata},
        test_share=test_share,
        validation_share=validation_share,
        seed=seed,
    )
    rows: dict[SplitName, list[int]] = {"train": [], "validation": [], "test": []}
    for index, note in enumerate(sounds.metadata):
        rows[names[note["instrument_str"]]].append(index)
    return SoundSplits(**{name: sounds.chosen(rows[name]) for name in rows})


def _family(note: dict[str, Any]) -> str:
    return str(note["instrument_family_str"])
