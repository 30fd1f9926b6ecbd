"""Naive Bayes in the report: the rows of a study as its tables show them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vqkeras.reproduce.naive_bayes_study import RADIUS
from vqkeras.reproduce.names import study_name

_BASELINES = {
    "marginal": "commonest code",
    "nearest_code": "nearest visible code",
    "copied_frame": "last frame copied",
    "interpolated": "interpolated over time",
    "own_codes": "the true codes, decoded",
}
_PREDICTIONS = {"argmax": "likeliest", "sample": "sampled"}
_DEFAULT = "naive Bayes as it is by default"
_AVERAGING = "the same, averaging code numbers (the paper's program)"


def shown_study(study: Mapping[str, Any]) -> dict[str, Any]:
    """A study with what the template looks up in it.

    Args:
        study: What `naive_bayes_study` returned.

    Returns:
        The study; baselines and the default with titles; `grid`: rows of variants, one
        per radius, under neighbours and order, and under how they predict; `by_hole`:
        rows of the table by kind and size of hole; `best`: the variant with most right.
    """
    variants = sorted(study["variants"], key=lambda row: row["radius"])
    # The order of the study, whatever that of the radii.
    grid: dict[str, dict[str, list[Any]]] = {
        f"{row['neighbourhood']}, {row['order']}": {} for row in study["variants"]
    }
    for row in variants:
        rows = grid[f"{row['neighbourhood']}, {row['order']}"]
        rows.setdefault(_PREDICTIONS[row["predict"]], []).append(row)
    radii = sorted({row["radius"] for row in variants})
    best = max(study["variants"], key=lambda row: row["code_accuracy"])
    drawn = [row for row in study["baselines"] if row.get("predict") == "sample"]
    plain = {row["name"]: row for row in study["baselines"] if row not in drawn}
    return {
        **study,
        "name": study_name(study),
        "unit": "lsd in dB" if study["error_unit"] == "dB" else "mean squared error",
        "marginal": plain["marginal"],
        "nearest": plain["nearest_code"],
        "own": plain["own_codes"],
        "line": plain["interpolated"],
        "radii": radii,
        "radius": RADIUS,
        "grid": grid,
        "by_hole": {
            _DEFAULT: study["default"],
            **{
                name: each["likeliest"][radii.index(RADIUS)]
                for name, each in grid.items()
            },
            **{_BASELINES[name]: row for name, row in plain.items()},
        },
        "baselines": [
            *(
                {**row, "title": _BASELINES[row["name"]] + ", sampled" * (row in drawn)}
                for row in study["baselines"]
            ),
            {**study["default"], "title": _DEFAULT},
            {**study["historical"], "title": _AVERAGING},
        ],
        "best": {**best, "predicted": _PREDICTIONS[best["predict"]]},
    }
