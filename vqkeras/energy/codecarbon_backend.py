"""CodeCarbon as a meter, for comparison or where its hardware tables are wanted."""

from __future__ import annotations

import importlib.util
from typing import Any

from edge_runtime.energy.meter import Domain, Reading, unread
from vqkeras.energy.constants import JOULES_PER_KWH

# Its offline tracker wants a country for emissions; only its energies are read here.
ANY_COUNTRY = "FRA"

PARTS = {
    "cpu": "CodeCarbon's CPU: its table's design power (else 4 W per thread) times the "
    "whole machine's load, or RAPL where it finds it",
    "ram": "CodeCarbon's memory: a constant power by the number of memory modules it "
    "supposes, whatever the load",
    "gpu": "CodeCarbon's GPUs, by NVML",
}


class CodeCarbonMeter:
    """The energy counters of CodeCarbon's offline tracker.

    The tracker starts at the first use and measures at its own pace; nothing is written
    or sent. It counts the whole machine, so do not add other meters to it. Everything
    but the GPU counts as estimated, since the tracker does not say when it found RAPL.

    Args:
        interval_s: How often CodeCarbon measures, in seconds. Defaults to `1.0`.

    Reference: https://github.com/mlco2/codecarbon, 3.x.
    """

    name = "codecarbon"
    measures = "CPU, memory and GPU as CodeCarbon sees them"

    def __init__(self, interval_s: float = 1.0) -> None:
        self._interval_s = interval_s
        # CodeCarbon has no types.
        self._tracker: Any | None = None
        self._latest: Any | None = None
        self._domains: tuple[Domain, ...] = ()
        self._why = ""
        if importlib.util.find_spec("codecarbon") is None:
            self._why = "codecarbon is not installed: pip install codecarbon"

    def why_unavailable(self) -> str:
        """Why it cannot be used: not installed, or its interface has changed."""
        return self._why

    def domains(self) -> tuple[Domain, ...]:
        """CPU and memory, and the GPUs if CodeCarbon finds any."""
        if self._tracker is None and not self._why:
            self._start()
        return self._domains

    def read(self) -> dict[str, Reading]:
        """Joules since the tracker started."""
        self._latest = None
        if self._tracker is not None:
            self._tracker.flush()  # measures, then hands the totals to `Output.out`
        energies = self._latest
        if energies is None:
            return {
                domain.name: unread("CodeCarbon gave no totals; see its log")
                for domain in self._domains
            }
        return {
            domain.name: Reading(
                getattr(energies, f"{_part(domain)}_energy") * JOULES_PER_KWH
            )
            for domain in self._domains
        }

    def close(self) -> None:
        """Stop the tracker."""
        if self._tracker is not None:
            self._tracker.stop()

    def _start(self) -> None:
        try:
            from codecarbon import OfflineEmissionsTracker
            from codecarbon.output import BaseOutput

            class Output(BaseOutput):
                def out(_, total: Any, delta: Any) -> None:
                    self._latest = total

            tracker = OfflineEmissionsTracker(
                country_iso_code=ANY_COUNTRY,
                measure_power_secs=self._interval_s,
                output_methods=[],
                output_handlers=[Output()],
                allow_multiple_runs=True,
                log_level="error",
            )
            self._tracker = tracker
            tracker.start()
            hardware = tracker.get_detected_hardware()
        except Exception as error:
            # Another project's interface: whatever it does, training goes on.
            self._why = f"codecarbon failed: {type(error).__name__}: {error}"
            return
        names = {
            "cpu": f"{hardware['cpu_model']}, {hardware['cpu_count']} threads",
            "ram": f"{hardware['ram_total_size']:.0f} GB",
        }
        if hardware["gpu_count"]:
            names["gpu"] = hardware["gpu_model"]
        self._domains = tuple(
            Domain(
                name=f"{part}:codecarbon",
                quantity="energy_j",
                method=f"{'measured' if part == 'gpu' else 'estimated'}:codecarbon",
                measures=PARTS[part],
                uncertainty="not stated",
                hardware=names[part],
            )
            for part in names
        )


def _part(domain: Domain) -> str:
    return domain.name.partition(":")[0]
