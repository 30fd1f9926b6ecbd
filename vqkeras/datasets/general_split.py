"""Division of many kinds of sound by origin, so that a test hears unknown sources."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence

from edge_runtime.errors import UserError
from vqkeras.datasets.general_manifest import GeneralSound
from vqkeras.datasets.instrument_split import SplitName

# Kinds of fewer origins give none to validation, but single sounds of those that are
# learned from: a validation only watches.
_FEW_ORIGINS = 5
# A single origin may exceed the share that is asked for by this factor, if others
# could be taken instead.
_TOO_MUCH = 1.75


def split_by_origin(
    sounds: Sequence[GeneralSound],
    *,
    test_share: float,
    validation_share: float,
    seed: int,
) -> list[SplitName]:
    """Decide which split hears each sound.

    Of each kind, origins are held back for the test and then for validation until both
    have about their share of its duration. An origin held back in one kind is held back
    in all: loops played on a drum kit and its single hits are one origin. Which come
    first is decided by a hash of the name and the seed, so that another sound in the
    collection changes little.

    Args:
        sounds: All sounds.
        test_share: Share of the duration for the test.
        validation_share: Share for validation; 0 means none.
        seed: Of the order in which origins are held back.

    Returns:
        Split of each sound, in their order.

    Raises:
        UserError: If a kind has one origin only.
    """
    of_kind: dict[str, list[int]] = defaultdict(list)
    for index, sound in enumerate(sounds):
        of_kind[sound.kind].append(index)
    places: dict[str, SplitName] = {}
    singles: dict[int, SplitName] = {}
    for kind in sorted(of_kind):
        members = of_kind[kind]
        seconds: dict[str, float] = defaultdict(float)
        for index in members:
            seconds[sounds[index].origin] += sounds[index].seconds
        if len(seconds) < 2:
            raise UserError(
                f"All sounds of kind {kind!r} have one origin, {next(iter(seconds))!r}:"
                " a test needs another one."
            )
        _hold_back(seconds, places, "test", test_share, seed)
        if not validation_share:
            continue
        if len(seconds) >= _FEW_ORIGINS:
            _hold_back(seconds, places, "validation", validation_share, seed)
        if not any(places.get(origin) == "validation" for origin in seconds):
            learned = [i for i in members if sounds[i].origin not in places]
            learned.sort(key=lambda i: _hash(seed, sounds[i].name))
            count = max(1, round(validation_share * len(learned)))
            singles |= dict.fromkeys(
                learned[: min(count, len(learned) - 1)], "validation"
            )
    return [
        singles.get(index, places.get(sound.origin, "train"))
        for index, sound in enumerate(sounds)
    ]


def _hold_back(
    seconds: dict[str, float],
    places: dict[str, SplitName],
    split: SplitName,
    share: float,
    seed: int,
) -> None:
    """Give origins of one kind to a split until it has its share of the duration."""
    wanted = share * sum(seconds.values())
    held = sum(
        length for origin, length in seconds.items() if places.get(origin) == split
    )
    free = sorted(set(seconds) - set(places), key=lambda origin: _hash(seed, origin))
    # Too long ones last.
    free.sort(key=lambda origin: seconds[origin] > _TOO_MUCH * wanted)
    for origin in free[:-1]:  # one stays to learn from
        if held >= 0.75 * wanted:
            return
        places[origin] = split
        held += seconds[origin]


def _hash(seed: int, name: str) -> str:
    return hashlib.sha256(f"{seed}:{name}".encode()).hexdigest()
