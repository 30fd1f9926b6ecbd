"""Several ways of running a model, measured in turns: all share the same weather."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edge_runtime.audio.audio_file import write_audio
from edge_runtime.bench.edit_process import EditProcess, Setup
from edge_runtime.bench.task import SECONDS, note

# Fresh processes per setup.
_COLD_STARTS = 3


@dataclass(frozen=True)
class Result:
    """Medians of one setup.

    Attributes:
        setup: What was measured.
        speed: Seconds of sound edited per second of one core's time.
        real_time_factor: Seconds waited per second of sound, with all its threads.
        edit_ms: Time of an edit, file to file, in ms.
        cold_start_s: From starting the program to its first result written, in s.
        cold_start_cpu_s: Processor time of that, in s: what it takes on a core that
            nothing else uses.
        peak_memory_mb: Most memory it held, in MB; the largest, not the median.
        stages_ms: Time of each stage, in ms.
    """

    setup: Setup
    speed: float
    real_time_factor: float
    edit_ms: float
    cold_start_s: float
    cold_start_cpu_s: float
    peak_memory_mb: float
    stages_ms: dict[str, float]


def compare(setups: Sequence[Setup], sample_rate: int, *, runs: int) -> list[Result]:
    """Measure setups in turns: first cold starts, then edits of warm processes.

    Args:
        setups: What to compare.
        sample_rate: Of the note, in Hz.
        runs: Edits per setup.

    Returns:
        One result per setup, in their order.

    Raises:
        UserError: If a process fails.
    """
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        source = Path(folder) / "note.wav"
        write_audio(source, note(sample_rate))
        colds: list[list[dict[str, Any]]] = [[] for _ in setups]
        for _ in range(_COLD_STARTS):
            for setup, cold in zip(setups, colds, strict=True):
                with ExitStack() as short:
                    process = EditProcess(setup, source)
                    short.callback(process.close)
                    cold.append(process.edit())
        processes = []
        for setup in setups:
            process = EditProcess(setup, source)
            stack.callback(process.close)
            process.edit()  # warm
            processes.append(process)
        warms: list[list[dict[str, Any]]] = [[] for _ in setups]
        for _ in range(runs):
            for process, warm in zip(processes, warms, strict=True):
                warm.append(process.edit())
    return [
        _result(setup, cold, warm)
        for setup, cold, warm in zip(setups, colds, warms, strict=True)
    ]


def _result(
    setup: Setup, cold: list[dict[str, Any]], warm: list[dict[str, Any]]
) -> Result:
    wall_s = statistics.median(each["wall_s"] for each in warm)
    return Result(
        setup=setup,
        speed=SECONDS / statistics.median(each["cpu_s"] for each in warm),
        real_time_factor=wall_s / SECONDS,
        edit_ms=1000.0 * wall_s,
        cold_start_s=statistics.median(each["since_start_s"] for each in cold),
        cold_start_cpu_s=statistics.median(each["cpu_since_start_s"] for each in cold),
        peak_memory_mb=max(each["peak_memory_mb"] for each in warm),
        stages_ms={
            stage: statistics.median(each["stages_ms"][stage] for each in warm)
            for stage in warm[0]["stages_ms"]
        },
    )
