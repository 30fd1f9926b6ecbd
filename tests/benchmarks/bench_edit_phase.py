"""Processor time of a whole edit with the phase `continued` against `griffin_lim`.

`griffin_lim`, 32 iterations from a random start, was the way before. 4 s of a tone with
bursts of noise, all of it and 1 s of it, by the shipped models and the best guess of
their learned priors. Edits are interleaved and medians compared, so that a busy machine
slows both.

    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 \
        python tests/benchmarks/bench_edit_phase.py
"""

from __future__ import annotations

import statistics
import time

from bench_edit import SECONDS, sound

from edge_runtime import Inpainter, Region, load_model
from edge_runtime.engines.load import load_engine
from edge_runtime.priors.choice import PriorChoice, make_prior

ROUNDS = 11
MODELS = ("general", "nsynth_light")
PHASES = ("griffin_lim", "continued")
# The goal for all of 4 s, as a share of the time before.
GOAL = 0.5


def medians(model, start_s, end_s):
    """Seconds of processor time of one edit, by phase."""
    bundle = load_model(model)
    engine = load_engine(bundle)
    inpainter = Inpainter(bundle, engine=engine)
    prior = make_prior(bundle, engine, PriorChoice("learned"))
    rate = bundle.settings.sample_rate
    given, region = sound(rate), Region(start_s, end_s, 0.0, rate / 2)
    times = {phase: [] for phase in PHASES}
    for number in range(ROUNDS + 1):  # the first one warms up
        for phase, found in times.items():
            begin = time.process_time()
            inpainter.inpaint(given, region, prior=prior, phase=phase)
            if number:
                found.append(time.process_time() - begin)
    return [statistics.median(times[phase]) for phase in PHASES]


def main():
    for start_s, end_s in ((0.0, float(SECONDS)), (1.5, 2.5)):
        for model in MODELS:
            before, now = medians(model, start_s, end_s)
            text = (
                f"{model}, {end_s - start_s:g} s of {SECONDS} s: {1e3 * before:.0f} -> "
                f"{1e3 * now:.0f} ms of processor time, {now / before:.2f}"
            )
            if end_s - start_s == SECONDS:
                is_met = now <= GOAL * before
                text += f" (<= {GOAL}: {'met' if is_met else 'MISSED'})"
            print(text, flush=True)


if __name__ == "__main__":
    main()
