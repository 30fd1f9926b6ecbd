"""Which meters exist on this machine, and why the others do not."""

from __future__ import annotations

from typing import Any

from edge_runtime.energy.constant import ConstantMeter
from edge_runtime.energy.cpu_time import CpuTimeMeter
from edge_runtime.energy.machine import sensors
from edge_runtime.energy.meter import Meter
from vqkeras.energy.codecarbon_backend import CodeCarbonMeter
from vqkeras.energy.constants import PAPER, Preset, preset_for
from vqkeras.energy.meters import training_meters
from vqkeras.energy.nvidia import NvidiaMeter


def diagnosis() -> dict[str, Any]:
    """Every meter of this package, the ones a training here uses, and the constants.

    Returns:
        `meters`: name, what it measures, whether it is available and why not.
        `training`: the domains that are counted by default. `constants`: the presets.
    """
    meters: tuple[Meter, ...] = (
        NvidiaMeter(),
        *sensors(),
        CodeCarbonMeter(),
        ConstantMeter(0.0),
        CpuTimeMeter(),
    )
    found = [
        {
            "name": meter.name,
            "measures": meter.measures,
            "available": not meter.why_unavailable(),
            "why_not": meter.why_unavailable(),
        }
        for meter in meters
    ]
    chosen = training_meters()
    domains = [
        {
            "name": domain.name,
            "method": domain.method,
            "measures": domain.measures,
            "uncertainty": domain.uncertainty,
            "hardware": domain.hardware,
        }
        for meter in chosen
        for domain in meter.domains()
    ]
    for meter in (*meters, *chosen):
        meter.close()
    return {
        "meters": found,
        "training": domains,
        "constants": [_constants(preset_for()), _constants(PAPER)],
    }


def diagnosis_text(document: dict[str, Any]) -> str:
    """The diagnosis as people read it.

    Args:
        document: As `diagnosis` returns it.

    Returns:
        Lines without a final newline.
    """
    lines = ["Meters:"]
    for meter in document["meters"]:
        state = "yes" if meter["available"] else "no "
        lines.append(f"  {state} {meter['name']:<15}{meter['measures']}")
        if meter["why_not"]:
            lines.append(f"{'':21}why not: {meter['why_not']}")
    lines += ["", "A training here counts:"]
    for domain in document["training"]:
        hardware = f" ({domain['hardware']})" if domain["hardware"] else ""
        lines += [
            f"  {domain['name']}{hardware}, {domain['method']}",
            f"{'':21}counts: {domain['measures']}",
            f"{'':21}uncertainty: {domain['uncertainty']}",
        ]
    lines += ["", "Constants:"]
    for preset in document["constants"]:
        lines += [
            f"  {preset['name']:<8} {preset['grid_g_per_kwh']:g} g/kWh "
            f"({preset['place']}; {preset['grid_source']})",
            f"{'':21}PUE {preset['pue']:g} ({preset['pue_source']})",
        ]
    return "\n".join(lines)


def _constants(preset: Preset) -> dict[str, Any]:
    return {
        "name": preset.name,
        "grid_g_per_kwh": 1000 * preset.kg_per_kwh,
        "grid_source": preset.grid_source,
        "place": preset.place,
        "pue": preset.pue,
        "pue_source": preset.pue_source,
    }
