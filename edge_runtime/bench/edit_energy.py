"""Joules per edit: blocks of edits and of idleness, measured in turns."""

from __future__ import annotations

import math
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from edge_runtime.bench.meter_log import MeterLog
from edge_runtime.energy.meter import Meter
from edge_runtime.energy.sampler import Sampler
from edge_runtime.energy.totals import EnergyTotals

# A sensor of power is read this often, in idle blocks too, so that what reading it
# costs is subtracted; a counter does not mind.
INTERVAL_S = 0.1


@dataclass(frozen=True)
class Block:
    """A stretch of time in which one thing was done again and again, or nothing.

    Attributes:
        start_s: Unix time of its start, in s.
        end_s: Unix time of its end, in s.
        edits: How many edits were made; 0 in an idle block.
        totals: What the sensors or the estimate say.
    """

    start_s: float
    end_s: float
    edits: int
    totals: EnergyTotals


@dataclass(frozen=True)
class EditEnergy:
    """The energy of one kind of edit.

    Attributes:
        edits: Edits that were counted.
        edit_j: Energy of an edit above idle, in J: the median of the rounds.
        lowest_j: The same in the round with the least.
        highest_j: The same in the round with the most.
        edit_s: Time of an edit, in s.
        idle_w: Power of the idle machine, which was subtracted, in W.
    """

    edits: int
    edit_j: float
    lowest_j: float
    highest_j: float
    edit_s: float
    idle_w: float


def run_rounds(
    edits: Sequence[Callable[[], object]],
    make_meter: Callable[[], Meter],
    *,
    rounds: int,
    block_s: float,
) -> list[list[Block]]:
    """In each round an idle block, then a block of each edit.

    Args:
        edits: Functions that make one edit each.
        make_meter: Makes the meter of a block; the block closes it.
        rounds: Number of rounds.
        block_s: Least length of a block, in s.

    Returns:
        One list per round: the idle block, then one block per edit.
    """
    for edit in edits:
        edit()  # warm, so that no round pays for what is loaded once
    return [
        [_block(edit, make_meter, block_s) for edit in (None, *edits)]
        for _ in range(rounds)
    ]


def edit_energies(
    rounds: Sequence[Sequence[Block]], log: MeterLog | None = None
) -> list[EditEnergy]:
    """Energy of each kind of edit, less what the idle machine takes anyway.

    Args:
        rounds: What `run_rounds` returned.
        log: Readings of an external meter, used in place of the blocks' own totals.
            Defaults to `None`.

    Returns:
        One per edit; NaN where no energy could be had.

    Raises:
        UserError: If the log does not cover the blocks.
    """
    counted = [[_counted(block, log) for block in blocks] for blocks in rounds]
    results = []
    for kind in range(1, len(rounds[0])):
        idle_w = [each[0].joules / each[0].seconds for each in counted]
        edits = [blocks[kind].edits for blocks in rounds]
        edit_j = [
            (each[kind].joules - watts * each[kind].seconds) / number
            for each, watts, number in zip(counted, idle_w, edits, strict=True)
        ]
        known = not any(map(math.isnan, edit_j))
        results.append(
            EditEnergy(
                edits=sum(edits),
                edit_j=statistics.median(edit_j) if known else math.nan,
                lowest_j=min(edit_j) if known else math.nan,
                highest_j=max(edit_j) if known else math.nan,
                edit_s=statistics.median(
                    each[kind].seconds / number
                    for each, number in zip(counted, edits, strict=True)
                ),
                idle_w=statistics.median(idle_w) if known else math.nan,
            )
        )
    return results


@dataclass(frozen=True)
class _Counted:
    joules: float
    seconds: float


def _counted(block: Block, log: MeterLog | None) -> _Counted:
    if log is None:
        return _Counted(block.totals.energy_j, block.totals.elapsed_s)
    joules = log.energy_j(block.start_s, block.end_s)
    return _Counted(joules, block.end_s - block.start_s)


def _block(
    edit: Callable[[], object] | None, make_meter: Callable[[], Meter], block_s: float
) -> Block:
    edits = 0
    start_s, start = time.time(), time.monotonic()
    with Sampler([make_meter()], interval_s=INTERVAL_S) as sampler:
        if edit is None:
            threading.Event().wait(block_s)
        else:
            while edits == 0 or time.monotonic() - start < block_s:
                edit()
                edits += 1
    return Block(start_s, time.time(), edits, sampler.totals())
