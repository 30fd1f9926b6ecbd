"""The section on what training costs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from vqkeras.reproduce.page.words import image, table

# A change counts as one of energy from here on, and outside the spread of the rounds.
_LEAST_CHANGE = 1.1


def energy_section(energy: Mapping[str, Any]) -> str:
    """Figure 11, the table behind the paper's claim, and whether it holds.

    Args:
        energy: `energy` of the report.

    Returns:
        Markdown.
    """
    rows = energy["rows"]
    parts = [
        "## What training costs (section 6, figure 11)",
        "The paper finds that nothing changes the energy of a training but the "
        "downsampling rate of the encoder: not the number of codewords, not the size "
        "of the latents, not the architecture, not the number of parameters. It shows "
        "several grids at about 66 K parameters. Here are such grids, and then the "
        "other half: one grid, cells of 8x8, with something else changed. Every "
        f"network is trained for {energy['steps']} steps of {energy['batch_size']} "
        f"spectrograms of {energy['crop_frames']} frames, after a warm-up, "
        f"{_times(energy['rounds'])}, in turn with the others; the table has the "
        "medians.",
        _how(energy),
        image(
            "figure_11_energy", "Power and emissions over time, and energy of a step"
        ),
        "*Figure 11.* Left: power and emissions over time for several grids at equal "
        "parameters. Right: energy of a step for every network; the thin lines go from "
        "the least to the most of the rounds.",
        _table(energy),
        _verdict(rows),
        _over_time(rows),
    ]
    return "\n\n".join(parts)


def _how(energy: Mapping[str, Any]) -> str:
    """Measured or estimated, and what is in the figures."""
    is_measured = energy["method"].startswith("measured")
    inside = "; ".join(f"{name}: {what}" for name, what in energy["measures"].items())
    text = (
        f"The energy is {'measured' if is_measured else 'estimated, not measured'}, by "
        f"`vqkeras.energy` with the method `{energy['method']}` ({inside}). Emissions "
        f"are that times {energy['grid_g_per_kwh']:g} g/kWh ({energy['place']}; "
        f"{energy['grid_source']}) and a PUE of {energy['pue']:g}."
    )
    if "cpu-time" in energy["method"]:
        text += (
            " So the power below is the number of busy cores times a constant, and "
            "the energy is CPU time: right for ratios on this processor, blind to "
            "clock and memory, and nothing a GPU would have to repeat. Wall time and "
            "power also show what other work on the machine left over."
        )
    return text


def _table(energy: Mapping[str, Any]) -> str:
    rows, steps = energy["rows"], energy["steps"]
    base = _reference(rows)
    header = ["network", "parameters", "multiply-adds", "s/step", "CPU-s/step"]
    header += ["W", "mWh", "mg CO2e", "energy, relative"]
    return table(
        header,
        [
            [
                f"**{row['name']}**" if row is base else row["name"],
                f"{row['num_parameters']:,}",
                f"{row['multiply_adds'] / 1e6:.0f} M",
                f"{row['seconds_per_step']:.3f}",
                f"{row['cpu_seconds_per_step']:.3f}",
                f"{row['mean_power_w']:.1f}",
                f"{1e3 * row['energy_wh']:.1f}",
                f"{1e3 * row['emissions_g']:.1f}",
                f"{_ratio(row, base):.2f}",
            ]
            for row in rows
        ],
    ) + (
        f"\n\nmWh and mg are those of {steps} steps; multiply-adds those of one "
        "spectrogram on its way through encoder, codebook and decoder; parameters "
        "those of encoder and decoder."
    )


def _verdict(rows: Sequence[Mapping[str, Any]]) -> str:
    base = _reference(rows)
    others = [row for row in rows if row["axis"] == "other"]
    grids = sorted(
        (row for row in rows if row["axis"] == "grid"), key=lambda r: r["energy_wh"]
    )
    least, most = grids[0], grids[-1]
    if _differs(most, least):
        first = (
            f"That the grid matters holds: {most['name']} take "
            f"{_ratio(most, least):.1f} times the energy of {least['name']}, at equal "
            "parameters and steps."
        )
    else:
        first = "That the grid matters does not show here: the spreads overlap."
    changed = [row for row in others if _differs(row, base)]
    same = [row for row in others if not _differs(row, base)]
    if changed:
        second = (
            "That nothing else does is **not true here**. On one and the same grid the "
            f"energy is {_listed(changed, base)}."
        )
    else:
        second = "That nothing else does is **true here**, too."
    third = f" No change beyond the spread: {_listed(same, base)}." if same else ""
    return (
        f"{first} {second}{third} What the energy goes with is arithmetic: over all "
        "networks, the logarithms of the energy and of the multiply-adds correlate "
        f"with {_log_correlation(rows):.2f}. A coarser grid is cheap because it does "
        "away with most of them."
    )


def _over_time(rows: Sequence[Mapping[str, Any]]) -> str:
    """The paper's other remark: constant power, so emissions grow as a line."""
    spreads, fits = [], []
    for row in rows:
        series = row["series"]
        kept = [
            (second, power, grams)
            for second, power, grams in zip(
                series["seconds"],
                series["power_w"],
                series["emissions_g"],
                strict=True,
            )
            if power is not None and grams is not None
        ]
        if len(kept) < 3:
            continue
        seconds, powers, grams = (
            np.array(column) for column in zip(*kept, strict=True)
        )
        spreads.append(float(powers.std() / powers.mean()))
        fits.append(float(np.corrcoef(seconds, grams)[0, 1]))
    if not fits:
        return "The trainings were too short to tell how their power changes over time."
    typical, most = (100 * each for each in (np.median(spreads), max(spreads)))
    return (
        "The paper calls the power almost constant and the emissions linear in time. "
        f"Here the power of a training varies by {typical:.0f} % (standard deviation "
        f"over mean, median of the networks; {most:.0f} % at most), and emissions and "
        f"time correlate with at least {min(fits):.3f}."
    )


def _listed(rows: Sequence[Mapping[str, Any]], base: Mapping[str, Any]) -> str:
    return "; ".join(f"{_ratio(row, base):.2f} times ({row['name']})" for row in rows)


def _differs(row: Mapping[str, Any], base: Mapping[str, Any]) -> bool:
    """Whether two networks differ by a tenth, and their rounds do not overlap."""
    ratio = _ratio(row, base)
    low, high = (row, base) if ratio < 1 else (base, row)
    return (
        max(ratio, 1 / ratio) >= _LEAST_CHANGE
        and low["most_energy_wh"] < high["least_energy_wh"]
    )


def _ratio(row: Mapping[str, Any], base: Mapping[str, Any]) -> float:
    return row["energy_wh"] / base["energy_wh"]


def _reference(rows: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    return next(row for row in rows if row["is_reference"])


def _log_correlation(rows: Sequence[Mapping[str, Any]]) -> float:
    logs = [
        [math.log(row[name]) for row in rows] for name in ("energy_wh", "multiply_adds")
    ]
    return float(np.corrcoef(logs)[0, 1])


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")
