"""Speed of the naive Bayes prior against scikit-learn fitted cell by cell.

Hides one box of 16 x 8 cells, radius 2. Both give the same codes, which is checked in
the same run; runs are interleaved and medians compared, so that a busy machine slows
both. Exits with 1 if the codes differ or a ratio falls short of its target.

    python tests/benchmarks/bench_naive_bayes.py
"""

from __future__ import annotations

import statistics
import sys
import time

import numpy as np
from sklearn.naive_bayes import GaussianNB

from edge_runtime.priors.naive_bayes import NaiveBayesPrior

CODEBOOK_SIZE, RADIUS = 64, 2
TARGETS = {"independent": 100.0, "autoregressive": 20.0}
ROUNDS, FILLS_PER_ROUND = 7, 10


def scikit_learn_fill(codemap, mask, *, order):
    """The same predictions by one `GaussianNB` per hidden cell, in raster order."""
    filled, known = codemap.copy(), ~mask
    for t, f in np.argwhere(mask):
        window = (
            slice(max(t - RADIUS, 0), t + RADIUS + 1),
            slice(max(f - RADIUS, 0), f + RADIUS + 1),
        )
        around = np.argwhere(known[window])
        if not len(around):
            # Deep inside the box: the nearest visible cells, as far as they are.
            rows, columns = np.nonzero(known)
            distance = np.maximum(abs(rows - t), abs(columns - f))
            nearest = distance == distance.min()
            positions = np.stack([rows[nearest], columns[nearest]], axis=1)
            codes = filled[rows[nearest], columns[nearest]]
        else:
            positions = around + [window[0].start, window[1].start]
            codes = filled[window][known[window]]
        filled[t, f] = GaussianNB().fit(positions, codes).predict([(t, f)])[0]
        if order == "autoregressive":
            known[t, f] = True
    return filled


def seconds(function):
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def main() -> int:
    rng = np.random.default_rng(0)
    codemap = rng.integers(0, CODEBOOK_SIZE, (64, 16)).astype(np.int32)
    mask = np.zeros(codemap.shape, bool)
    mask[24:40, 4:12] = True
    failed = False
    for order, target in TARGETS.items():
        prior = NaiveBayesPrior(CODEBOOK_SIZE, radius=RADIUS, order=order)
        ours = prior.fill(codemap, mask, seed=0)
        theirs = scikit_learn_fill(codemap, mask, order=order)
        if np.any(ours != theirs):
            print(f"{order}: predictions differ in {np.sum(ours != theirs)} cells")
            return 1
        slow, fast = [], []
        for _ in range(ROUNDS):
            slow.append(
                seconds(lambda o=order: scikit_learn_fill(codemap, mask, order=o))
            )
            for _ in range(FILLS_PER_ROUND):
                fast.append(seconds(lambda p=prior: p.fill(codemap, mask, seed=0)))
        ratio = statistics.median(slow) / statistics.median(fast)
        failed |= ratio < target
        print(
            f"{order}: {ratio:.0f} times scikit-learn's speed (target {target:.0f}), "
            f"same {mask.sum()} codes; medians {statistics.median(fast) * 1e3:.2f} ms "
            f"and {statistics.median(slow) * 1e3:.1f} ms"
        )
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
