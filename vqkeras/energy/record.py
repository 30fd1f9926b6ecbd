"""The energy files of a run folder: the summary and one line per epoch."""

from __future__ import annotations

import dataclasses
import json
import math
import os
import platform
from pathlib import Path
from typing import Any

from edge_runtime.errors import UserError
from edge_runtime.output_file import output_file
from vqkeras.energy.constants import Preset
from vqkeras.energy.run_energy import DomainEnergy, RunEnergy, power_between_w

SUMMARY_NAME = "energy.json"
EPOCHS_NAME = "energy.jsonl"


def summary_of(energy: RunEnergy, preset: Preset) -> dict[str, Any]:
    """What people want to know of a run's energy.

    Args:
        energy: The run's energy.
        preset: The constants to account it with.

    Returns:
        Totals in Wh, W and g; method, gaps and what is missing; constants with their
        sources; hardware; how often and at what cost the meters were read.
    """
    longest_s = max(
        (d.longest_interval_s for d in energy.domains.values()), default=0.0
    )
    return {
        "energy_wh": energy.energy_wh,
        "emissions_g": preset.emissions_g(energy.energy_j),
        "seconds": energy.seconds,
        "mean_power_w": power_between_w(RunEnergy(), energy),
        "method": energy.method,
        "gaps": energy.gaps,
        "missing": {**energy.gaps, **energy.unavailable},
        "domains": {
            name: {
                "energy_wh": (
                    domain.counted_j / 3600 if domain.counted_s > 0 else math.nan
                ),
                "method": domain.method,
                "measures": domain.measures,
                "uncertainty": domain.uncertainty,
                "hardware": domain.hardware,
            }
            for name, domain in energy.domains.items()
        },
        "preset": preset.name,
        "grid_g_per_kwh": 1000 * preset.kg_per_kwh,
        "grid_source": preset.grid_source,
        "place": preset.place,
        "pue": preset.pue,
        "pue_source": preset.pue_source,
        "hardware": ", ".join(filter(None, [energy.hardware, machine_name()])),
        "num_readings": energy.num_readings,
        "longest_interval_s": longest_s,
        "sampling_share": (
            energy.sampling_cpu_s / energy.seconds if energy.seconds > 0 else math.nan
        ),
    }


def write_run_energy(run_dir: Path, energy: RunEnergy, summary: dict[str, Any]) -> None:
    """Write `energy.json`: the summary people read and the state a resumption needs.

    Args:
        run_dir: The run's folder, which exists.
        energy: The run's energy.
        summary: Totals and constants, put before the state. NaN becomes `null`.

    Raises:
        UserError: If the file cannot be written.
    """
    document = {**summary, "state": dataclasses.asdict(energy)}
    with output_file(run_dir / SUMMARY_NAME, force=True) as path:
        path.write_text(json.dumps(without_nan(document), indent=2) + "\n")


def read_run_energy(run_dir: Path) -> RunEnergy:
    """The energy a run has used according to its folder.

    Args:
        run_dir: The run's folder.

    Returns:
        Its energy; nothing counted if it has no `energy.json`.

    Raises:
        UserError: If the file is damaged.
    """
    state = read_summary(run_dir).get("state")
    if state is None:
        return RunEnergy()
    try:
        domains = {
            name: DomainEnergy(**domain) for name, domain in state["domains"].items()
        }
        return RunEnergy(**{**state, "domains": domains})
    except (KeyError, TypeError, AttributeError) as error:
        raise UserError(
            f"{run_dir / SUMMARY_NAME} does not hold a run's energy ({error}). "
            "Move it away to count from zero."
        ) from error


def read_summary(run_dir: Path) -> dict[str, Any]:
    """All of `energy.json`.

    Args:
        run_dir: The run's folder.

    Returns:
        The document; empty if there is none.

    Raises:
        UserError: If the file is damaged.
    """
    path = run_dir / SUMMARY_NAME
    try:
        document = json.loads(path.read_text())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        raise UserError(
            f"{path} cannot be read ({error}). Move it away to count from zero."
        ) from error
    if not isinstance(document, dict):
        raise UserError(f"{path} is not a JSON object. Move it away.")
    return document


def append_epoch(run_dir: Path, line: dict[str, Any]) -> None:
    """Add a line to `energy.jsonl`.

    Args:
        run_dir: The run's folder, which exists.
        line: What the epoch cost; NaN becomes `null`.
    """
    with (run_dir / EPOCHS_NAME).open("a") as file:
        file.write(json.dumps(without_nan(line)) + "\n")


def drop_cut_line(path: Path) -> None:
    """Remove a last line that a kill cut short, so that the next one stands alone.

    Args:
        path: Text file; it may be missing.
    """
    if not path.exists():
        return
    with path.open("rb+") as file:
        file.truncate(file.read().rfind(b"\n") + 1)


def machine_name(
    cpu_info: Path = Path("/proc/cpuinfo"),
    board: Path = Path("/proc/device-tree/model"),
) -> str:
    """Board or processor and number of threads, as the system tells them.

    Args:
        cpu_info: Linux's list of processors. Defaults to `/proc/cpuinfo`.
        board: The device tree's name of the board. Defaults to
            `/proc/device-tree/model`.

    Returns:
        For example `"AMD EPYC (2 threads)"`.
    """
    name = platform.processor() or platform.machine()
    try:
        lines = cpu_info.read_text().splitlines()
        name = next(
            (line.partition(":")[2].strip() for line in lines if "model name" in line),
            name,
        )
        name = board.read_text().strip("\0 \n")
    except OSError:
        pass  # another system, or no board name: the name so far stands
    return f"{name} ({os.cpu_count()} threads)"


def without_nan(value: object) -> object:
    """A document in which JSON's `null` stands for NaN, which JSON does not know.

    Args:
        value: Dicts, lists, strings and numbers.

    Returns:
        The same, NaN replaced by `None`.

    Example:

    >>> without_nan({"power_w": float("nan"), "epochs": [1]})
    {'power_w': None, 'epochs': [1]}
    """
    if isinstance(value, dict):
        return {key: without_nan(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [without_nan(item) for item in value]
    if isinstance(value, float) and math.isnan(value):
        return None
    return value
