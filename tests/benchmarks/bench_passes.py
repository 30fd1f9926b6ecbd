"""Processor time of filling a hole by a learned prior, codes alone, pass by pass.

0.5 s of 4 s at 44.1 kHz over the whole band, `general` in int8 with LiteRT on one
thread; medians of 15 draws and repairs. That is what the prior adds to an edit, which
`bench_edit.py` times as a whole.

    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python tests/benchmarks/bench_passes.py
"""

from __future__ import annotations

import statistics
import time

import numpy as np

from edge_runtime import load_model
from edge_runtime.engines.load import load_engine
from edge_runtime.priors.choice import PriorChoice, make_prior

ROUNDS, SECONDS, HOLE_S = 15, 4.0, 0.5
# From DEPLOY.md, where it says what they are assumed from.
BOARDS = {"Pi 5": 3, "Pi 4": 8, "Pi 3": 16}


def main():
    bundle = load_model("general")
    engine, settings = load_engine(bundle, "litert"), bundle.settings
    cell_s = bundle.time_stride * settings.hop_length / settings.sample_rate
    shape = round(SECONDS / cell_s), settings.num_bins // bundle.freq_stride
    codemap = np.random.default_rng(0).integers(0, bundle.codebook_size, shape)
    codemap, mask = codemap.astype(np.int32), np.zeros(shape, np.bool_)
    first, count = shape[0] // 2, -(-round(1000 * HOLE_S) // round(1000 * cell_s))
    mask[first : first + count] = True
    for passes in (0, 4, 8):
        choice = PriorChoice("learned")
        if passes:
            choice = PriorChoice("learned", variation=1.0, passes=passes)
        prior, found = make_prior(bundle, engine, choice), []
        for number in range(ROUNDS + 1):  # the first one warms up
            start = time.process_time()
            prior.fill(codemap, mask, seed=number)
            found.append(time.process_time() - start)
        median = statistics.median(found[1:])
        boards = ", ".join(f"{name} {median * by:.2f} s" for name, by in BOARDS.items())
        print(
            f"{mask.sum()} cells, {f'{passes} passes' if passes else 'repair'}: "
            f"{1e3 * median:.0f} ms, {1e3 * median / max(1, passes):.0f} a pass "
            f"(estimated: {boards})"
        )


if __name__ == "__main__":
    main()
