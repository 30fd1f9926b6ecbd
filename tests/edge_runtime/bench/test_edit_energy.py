"""Joules per edit: idle power subtracted, rounds kept apart."""

import math
import time
from pathlib import Path

import numpy as np
import pytest

from edge_runtime.bench.edit_energy import Block, edit_energies, run_rounds
from edge_runtime.bench.meter_log import MeterLog
from edge_runtime.energy.cpu_time import CorePower, CpuTimeMeter
from edge_runtime.energy.meter import Domain
from edge_runtime.energy.totals import DomainTotal, EnergyTotals

DOMAIN = Domain("board", "energy_j", "measured:test", "a test", "none")


def block(start_s, seconds, joules, edits):
    total = DomainTotal(DOMAIN, joules, seconds, 0.0, seconds, 1.0, "")
    if math.isnan(joules):
        total = DomainTotal(DOMAIN, 0.0, 0.0, seconds, 0.0, math.nan, "gone")
    totals = EnergyTotals(seconds, (total,), 2, 0.0)
    return Block(start_s, start_s + seconds, edits, totals)


def test_by_hand():
    """Idle 2 W; 28 J in 4 s less 8 J idle over 5 edits is 4 J; then 6 J, then 5 J."""
    rounds = [
        [block(0, 10, 20, 0), block(10, 4, 28, 5), block(14, 2, 14, 10)],
        [block(20, 10, 20, 0), block(30, 4, 38, 5), block(34, 2, 14, 10)],
        [block(40, 10, 20, 0), block(50, 4, 33, 5), block(54, 2, 14, 10)],
    ]
    slow, fast = edit_energies(rounds)
    assert (slow.edit_j, slow.lowest_j, slow.highest_j) == (5.0, 4.0, 6.0)
    assert (slow.edit_s, slow.edits, slow.idle_w) == (0.8, 15, 2.0)
    assert (fast.edit_j, fast.lowest_j, fast.highest_j) == (1.0, 1.0, 1.0)


def test_from_a_log():
    times = np.arange(0.0, 21.0)
    power = np.where(times >= 10.0, 7.0, 2.0)
    log = MeterLog(Path("log.csv"), times, power)
    rounds = [[block(0, 9, math.nan, 0), block(11, 4, math.nan, 5)]]
    (energy,) = edit_energies(rounds, log)
    assert energy.edit_j == pytest.approx((7 - 2) * 4 / 5)
    assert energy.idle_w == pytest.approx(2)


def test_no_reading_is_no_number():
    rounds = [
        [block(0, 10, 20, 0), block(10, 4, 28, 5)],
        [block(20, 10, 20, 0), block(30, 4, math.nan, 5)],
    ]
    (energy,) = edit_energies(rounds)
    assert math.isnan(energy.edit_j) and math.isnan(energy.highest_j)
    assert math.isnan(energy.idle_w) and energy.edit_s == 0.8


def test_rounds_of_real_work():
    core = CorePower(10.0, 10.0, 10.0, "a test", 2026)

    def work():
        start_s = time.process_time()
        while time.process_time() - start_s < 0.05:
            pass

    rounds = run_rounds([work], lambda: CpuTimeMeter(core), rounds=2, block_s=0.12)
    assert [[block.edits > 0 for block in blocks] for blocks in rounds] == [
        [False, True]
    ] * 2
    (energy,) = edit_energies(rounds)
    assert 0.4 < energy.edit_j < 0.8  # 0.05 s at 10 W, and the sampler's share
    assert energy.idle_w < 5.0
    assert all(block.end_s - block.start_s >= 0.12 for row in rounds for block in row)
