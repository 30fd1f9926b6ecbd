"""Processor time and memory of `continued`: a table of `measure_phase.py`."""

from __future__ import annotations

import statistics
import time
import tracemalloc

import numpy as np
from phase_measures import HOP, N_FFT, everything, hole, spectrum_of

from edge_runtime.phase.bridged_phase import bridged_start
from edge_runtime.phase.continued import continued_phase
from edge_runtime.phase.forward_phase import ForwardPhase
from edge_runtime.phase.griffin_lim import griffin_lim
from edge_runtime.spectrogram.stft import BLOCK


def table_times(sounds):
    audio = sounds.notes(1)[0]
    known = spectrum_of(audio)[np.newaxis]
    magnitude = np.abs(known)
    for name, mask, target, start_target in (
        ("4 s, whole", everything(audio), 0.40, 0.10),
        ("hole of 1 s", hole(audio, 1.0), 0.50, None),
    ):

        def old(mask=mask):
            griffin_lim(magnitude[0], known[0], mask, hop_length=HOP, seed=0)

        def new(mask=mask):
            continued_phase(magnitude, known, mask, hop_length=HOP)

        def start(mask=mask):
            if not mask.all():
                return list(bridged_start(magnitude, known, mask, HOP))
            forward, wide = ForwardPhase(N_FFT, HOP), magnitude[0].astype(np.float64)
            for at in range(0, len(wide), BLOCK):
                after = wide[at + BLOCK] if at + BLOCK < len(wide) else None
                forward.add(wide[at : at + BLOCK], after)
            return None

        # As in an edit, where much larger arrays have come and gone: what small ones
        # free then stays with the process.
        np.ones(1 << 21).sum()
        times = []
        for _ in range(25):
            for function in (old, new, start):
                begin = time.process_time()
                function()
                times.append(1e3 * (time.process_time() - begin))
        old_ms, new_ms, start_ms = (statistics.median(times[i::3]) for i in range(3))
        tracemalloc.start()
        new()
        peak = tracemalloc.get_traced_memory()[1] / 1e6
        tracemalloc.stop()
        is_met = new_ms <= target * old_ms
        text = f"{name}: {old_ms:.1f} -> {new_ms:.1f} ms of processor time, "
        text += (
            f"{new_ms / old_ms:.2f} (<= {target}: {'met' if is_met else 'MISSED'}); "
        )
        text += f"start alone {start_ms:.1f} ms, {start_ms / old_ms:.3f}"
        if start_target:
            is_met = start_ms <= start_target * old_ms
            text += f" (<= {start_target}: {'met' if is_met else 'MISSED'})"
        print(f"{text}; peak {peak:.1f} MB", flush=True)
