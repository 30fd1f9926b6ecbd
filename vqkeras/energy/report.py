"""The energy of several runs side by side, and why their totals differ."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from edge_runtime.errors import UserError
from vqkeras.energy.record import SUMMARY_NAME, read_summary

COLUMNS = (
    "run",
    "minutes",
    "energy_wh",
    "mean_power_w",
    "emissions_g",
    "method",
    "gaps",
)


def run_rows(run_dirs: Sequence[Path]) -> list[dict[str, Any]]:
    """The summary of each run, with its name.

    Args:
        run_dirs: Folders of runs that were counted.

    Returns:
        One document per run: `energy.json` without its state, plus `run`.

    Raises:
        UserError: If a run has no summary, or a damaged one.
    """
    rows = []
    for run_dir, name in zip(run_dirs, run_names(run_dirs), strict=True):
        summary = read_summary(run_dir)
        if not summary:
            raise UserError(
                f"{run_dir} has no {SUMMARY_NAME}. "
                "Give the folder of a run that was trained with energy counting."
            )
        summary.pop("state", None)
        row = {**summary, "run": name}
        try:  # told once by itself, so that it is known whose is damaged
            table_text([row])
            _differences([row])
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            raise UserError(
                f"{run_dir / SUMMARY_NAME} is damaged ({error}). Leave that run out."
            ) from error
        rows.append(row)
    return rows


def run_names(run_dirs: Sequence[Path]) -> list[str]:
    """The folders' own names, or their paths if two have one name.

    Args:
        run_dirs: Folders.

    Returns:
        One name each.
    """
    names = [run_dir.resolve().name for run_dir in run_dirs]
    return names if len(set(names)) == len(names) else [str(path) for path in run_dirs]


def table_text(rows: Sequence[dict[str, Any]]) -> str:
    """A Markdown table of the runs, the sources below it, and what differs.

    Args:
        rows: As `run_rows` returns them.

    Returns:
        Lines without a final newline.
    """
    lines = [f"| {' | '.join(COLUMNS)} |", "|" + " --- |" * len(COLUMNS)]
    lines += [f"| {' | '.join(_cells(row))} |" for row in rows]
    lines += ["", "Emissions are energy x PUE x grid intensity:"]
    for row in rows:
        lines.append(
            f"- {row['run']}: {row['grid_g_per_kwh']:g} g/kWh ({row['place']}; "
            f"{row['grid_source']}), PUE {row['pue']:g} ({row['pue_source']})"
        )
    missing = [
        f"- {row['run']}: {name}: {reason}"
        for row in rows
        for name, reason in row["missing"].items()
    ]
    if missing:
        lines += ["", "Not counted:", *missing]
    if len({row["method"] for row in rows}) > 1:
        lines += ["", "The methods differ, so the totals do:", *_differences(rows)]
    return "\n".join(lines)


def _cells(row: dict[str, Any]) -> list[str]:
    gaps = "; ".join(f"{name} {gap}" for name, gap in row["gaps"].items())
    return [
        row["run"],
        f"{row['seconds'] / 60:.2f}",
        _number(row["energy_wh"]),
        _number(row["mean_power_w"]),
        _number(row["emissions_g"]),
        row["method"],
        gaps or "none",
    ]


def _differences(rows: Sequence[dict[str, Any]]) -> list[str]:
    """For each kind of domain: what every run counts there, or that it does not."""
    kinds = dict.fromkeys(_kind(name) for row in rows for name in row["domains"])
    lines = []
    for kind in kinds:
        for row in rows:
            domains = [d for n, d in row["domains"].items() if _kind(n) == kind]
            if not domains:
                lines.append(f"- {kind}, {row['run']}: not counted")
            for domain in domains:
                lines.append(
                    f"- {kind}, {row['run']}: {_number(domain['energy_wh'])} Wh "
                    f"({_mean_power(domain, row)} W), "
                    f"{domain['method']}: {domain['measures']}. "
                    f"Uncertainty: {domain['uncertainty']}"
                )
    return lines


def _mean_power(domain: dict[str, Any], row: dict[str, Any]) -> str:
    energy_wh = domain["energy_wh"]
    if energy_wh is None or not row["seconds"]:
        return _number(None)
    return _number(3600 * energy_wh / row["seconds"])


def _kind(domain_name: str) -> str:
    kind = domain_name.partition(":")[0]
    return "memory" if kind == "ram" else kind


def _number(value: float | None) -> str:
    return "unknown" if value is None or math.isnan(value) else f"{value:.4g}"
