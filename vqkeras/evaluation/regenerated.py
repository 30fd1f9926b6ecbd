"""Regions regenerated in every way, through the whole program, and what is heard."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_runtime.spectrogram.region import Region
from vqkeras.evaluation.fillers import Filler, Models
from vqkeras.evaluation.heard_statistics import GROUPS, HeardRegion, heard_region
from vqkeras.evaluation.held_out import HOLES, HeldOutHole
from vqkeras.evaluation.told import Told, told_apart

# Seeds that a filler which draws is heard with.
TAKES = 3
# Which of two fillers should be told less often.
COMPARED = (
    ("true_magnitudes", "true_codes"),
    ("true_codes", "true_codes_smooth"),
    ("true_codes", "naive_bayes"),
    ("true_codes", "learned"),
    ("true_codes", "learned_drawn"),
    ("true_codes", "learned_usual"),
    ("learned_drawn", "naive_bayes"),
)


@dataclass(frozen=True, eq=False)
class _Take:
    """One region as one filler leaves it: what is heard, and its hidden codes."""

    heard: HeardRegion
    codes: NDArray[np.int32]


class Regenerated:
    """Holes of held-out sounds, filled in several ways and listened to.

    Args:
        models: What regenerates.
        fillers: In which ways, by name.
    """

    def __init__(self, models: Models, fillers: Mapping[str, Filler]) -> None:
        self._models, self._fillers = models, dict(fillers)
        self._holes: list[tuple[str, str, str]] = []  # kind, origin, hole
        self._originals: list[HeardRegion] = []
        self._beside: list[tuple[float, float]] = []  # energy before and after, in dB
        self._takes: dict[str, list[list[_Take]]] = {name: [] for name in fillers}

    def add(self, hole: HeldOutHole, *, seed: int) -> None:
        """Fill one hole in every way and measure what comes out.

        Args:
            hole: The sound and where to regenerate it.
            seed: Of the first take; those after it count on.
        """
        rate = self._models.bundle.settings.sample_rate
        self._holes.append((hole.kind, hole.origin, hole.hole))
        self._originals.append(heard_region(hole.audio, hole.region, rate))
        before, after = (heard_region(hole.audio, r, rate) for r in beside(hole.region))
        self._beside.append((before.power_db, after.power_db))
        for name, filler in self._fillers.items():
            takes = []
            for take in range(TAKES if filler.draws else 1):
                edit = filler.sound(
                    self._models, hole.audio, hole.region, seed=TAKES * seed + take
                )
                audio = edit.audio_file.to_float()[:, 0]
                heard = heard_region(audio, hole.region, rate)
                takes.append(_Take(heard, edit.codemap_after[edit.mask]))
            self._takes[name].append(takes)

    def told(self, *, seed: int) -> dict[str, Any]:
        """How well each filler is told from the originals, and its level.

        Args:
            seed: Of folds, trees and bootstrap.

        Returns:
            `"rows"`, one a filler: `auc` with limits, `auc_by_kind` and `auc_by_group`
            of statistics, `thirds_db` (mean level less the original's in each third of
            the region's bands), and of the change of energy in the region `level_db`
            (median of its absolute value), `level_p90_db` and `level_signed_db`;
            `"level_by_kind"`, in which `sound_before` and `sound_after` are the sound
            itself, as long right before and after; and `"less"`: by how much one filler
            is told less than another.
        """
        told = {name: self._told(name, GROUPS, seed=seed) for name in self._takes}
        rows = [
            {
                "filler": name,
                **_auc(told[name], seed),
                "auc_by_kind": self._by_kind(told[name]),
                "auc_by_group": {
                    group: self._told(name, (group,), seed=seed, repeats=1)
                    .area(seed=seed)
                    .value
                    for group in GROUPS
                },
                "thirds_db": self._thirds_db(name),
                **_levels(self._changes(name)),
            }
            for name in told
        ]
        less = [
            {
                "filler": one,
                "than": two,
                **asdict(told[one].less_than(told[two], seed=seed)),
            }
            for one, two in COMPARED
            if one in told and two in told
        ]
        return {"rows": rows, "less": less, "level_by_kind": self._levels_by_kind()}

    def takes(self, *, seed: int) -> list[dict[str, Any]]:
        """How far takes of fillers that draw are apart, and whether each is told.

        Args:
            seed: Of folds, trees and bootstrap.

        Returns:
            Rows with `filler`, `hole`, `codes_differ` (share of the hidden codes, mean
            of all pairs of takes), `distance_db` (mean absolute difference of levels in
            mel bands) and, over both kinds of hole, `auc` of each take.
        """
        rows: list[dict[str, Any]] = []
        for name, filler in self._fillers.items():
            if not filler.draws:
                continue
            for hole in HOLES:
                pairs = [
                    pair
                    for (_, _, kind), takes in zip(
                        self._holes, self._takes[name], strict=True
                    )
                    if kind == hole
                    for pair in itertools.combinations(takes, 2)
                ]
                rows.append({"filler": name, "hole": hole, **_apart(pairs)})
            areas = [
                self._told(name, GROUPS, seed=seed, take=take).area(seed=seed).value
                for take in range(TAKES)
            ]
            rows.append({"filler": name, "hole": "all", "auc": areas})
        return rows

    @property
    def counts(self) -> dict[str, Any]:
        """How many holes there are of each kind of sound, and of how many origins."""
        by_kind: dict[str, int] = defaultdict(int)
        for kind, _, _ in self._holes:
            by_kind[kind] += 1
        origins = len({origin for _, origin, _ in self._holes})
        return {"regions": len(self._holes), "origins": origins, "kinds": dict(by_kind)}

    def _told(
        self,
        name: str,
        groups: tuple[str, ...],
        *,
        seed: int,
        take: int = 0,
        **options: int,
    ) -> Told:
        made = [takes[take].heard for takes in self._takes[name]]
        return told_apart(
            _table(self._originals, groups),
            _table(made, groups),
            [origin for _, origin, _ in self._holes],
            seed=seed,
            **options,
        )

    def _by_kind(self, told: Told) -> dict[str, float]:
        kinds = np.array([kind for kind, _, _ in self._holes])
        return {kind: told.area_among(kinds == kind) for kind in sorted(set(kinds))}

    def _changes(self, name: str) -> NDArray[np.float64]:
        """By how much the energy in each region has changed, in dB."""
        pairs = zip(self._takes[name], self._originals, strict=True)
        return np.array(
            [takes[0].heard.power_db - original.power_db for takes, original in pairs]
        )

    def _thirds_db(self, name: str) -> list[float]:
        pairs = zip(self._takes[name], self._originals, strict=True)
        changes = [takes[0].heard.thirds_db - each.thirds_db for takes, each in pairs]
        return np.nanmean(changes, axis=0).tolist()

    def _levels_by_kind(self) -> list[dict[str, Any]]:
        kinds = np.array([kind for kind, _, _ in self._holes])
        originals = np.array([each.power_db for each in self._originals])
        before, after = np.array(self._beside).T - originals
        changes = {
            **{name: self._changes(name) for name in self._takes},
            "sound_before": before,
            "sound_after": after,
        }
        chosen = {kind: kinds == kind for kind in sorted(set(kinds))}
        return [
            {"kind": kind, "filler": name, **_levels(values[places])}
            for kind, places in {"all": kinds != "", **chosen}.items()
            for name, values in changes.items()
        ]


def beside(region: Region) -> tuple[Region, Region]:
    """Boxes as long right before and after a box.

    Example:

    >>> [str(each) for each in beside(Region(1.0, 1.5, 0.0, 100.0))]
    ['0.500-1.000 s, 0-100 Hz', '1.500-2.000 s, 0-100 Hz']
    """
    start, end = region.start_s, region.end_s
    return (
        replace(region, start_s=start - (end - start), end_s=start),
        replace(region, start_s=end, end_s=end + (end - start)),
    )


def _table(heard: list[HeardRegion], groups: tuple[str, ...]) -> NDArray[np.float32]:
    """Statistics of some groups, a row a region."""
    return np.stack(
        [np.concatenate([each.statistics[group] for group in groups]) for each in heard]
    )


def _auc(told: Told, seed: int) -> dict[str, float]:
    area = told.area(seed=seed)
    return {"auc": area.value, "auc_low": area.low, "auc_high": area.high}


def _levels(changes: NDArray[np.float64]) -> dict[str, float]:
    return {
        "level_db": float(np.median(np.abs(changes))),
        "level_p90_db": float(np.percentile(np.abs(changes), 90)),
        "level_signed_db": float(np.median(changes)),
    }


def _apart(pairs: list[tuple[_Take, _Take]]) -> dict[str, float]:
    """Mean distances of pairs of takes; nothing where there are none."""
    if not pairs:
        return {}
    return {
        "codes_differ": float(np.mean([(a.codes != b.codes).mean() for a, b in pairs])),
        "distance_db": float(
            np.mean([np.abs(a.heard.levels - b.heard.levels).mean() for a, b in pairs])
        ),
    }
