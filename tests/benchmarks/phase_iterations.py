"""What more of Griffin-Lim's iterations bring and cost: for `measure_phase.py`."""

from __future__ import annotations

import statistics
import time
from unittest import mock

import numpy as np
from phase_measures import HOP, compared, everything, spectrum_of, whole_measures

from edge_runtime.phase import continued
from edge_runtime.phase.continued import continued_phase
from edge_runtime.phase.griffin_lim import griffin_lim

COUNTS = (8, 16, 32)
ROUNDS = 15


def table_iterations(sounds):
    chosen = {
        "60 notes": sounds.notes(60),
        "3 loops": sounds.loops(),
        "12 recordings": sounds.recordings(12),
    }
    ratios = time_ratios(chosen["60 notes"][0])
    for count in COUNTS:
        parts = []
        with mock.patch.object(continued, "ITERATIONS", count):
            for name, audios in chosen.items():
                values = compared(
                    audios, everything, whole_measures, methods=("continued",)
                )["continued"]
                text = f"{name} SC {values['SC']:.3f}, log-mel dB "
                text += f"{values['log-mel dB']:.3f}"
                if name == "60 notes":
                    text += f", kept {values['kept']:.3f}"
                parts.append(text)
        parts.append(f"processor time {ratios[count]:.2f} of griffin_lim's")
        print(f"whole, {count} iterations: " + "; ".join(parts), flush=True)


def time_ratios(audio):
    """Processor time of 4 s, whole, by iterations: 1 is that of `griffin_lim`."""
    known = spectrum_of(audio)[np.newaxis]
    magnitude, mask = np.abs(known), everything(audio)

    def old():
        griffin_lim(magnitude[0], known[0], mask, hop_length=HOP, seed=0)

    def new():
        continued_phase(magnitude, known, mask, hop_length=HOP)

    times = {count: [] for count in (None, *COUNTS)}
    for _ in range(ROUNDS):
        for count, found in times.items():
            with mock.patch.object(
                continued, "ITERATIONS", count or continued.ITERATIONS
            ):
                begin = time.process_time()
                (new if count else old)()
                found.append(time.process_time() - begin)
    before = statistics.median(times.pop(None))
    return {count: statistics.median(found) / before for count, found in times.items()}
