"""Energy in the report: which networks differ, and what the energy goes with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

# A change counts as one of energy from here on, and outside the spread of the rounds.
_LEAST_CHANGE = 1.1


def energy_findings(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What follows from the energy of all networks.

    Args:
        rows: `rows` of what `weighed` returned.

    Returns:
        `base`: the reference's row; `grids`: rows of the grids, least energy first;
        `grid_matters`: whether the last differs from the first; `changed` and `same`:
        rows of other networks that differ from the reference, or do not;
        `log_correlation`: of energy and multiply-adds; and `over_time`.
    """
    base = next(row for row in rows if row["is_reference"])
    grids = [row for row in rows if row["axis"] == "grid"]
    grids.sort(key=lambda row: row["energy_wh"])
    others = [row for row in rows if row["axis"] == "other"]
    logs = np.log([[row["energy_wh"], row["multiply_adds"]] for row in rows])
    return {
        "base": base,
        "grids": grids,
        "grid_matters": _differs(grids[-1], grids[0]),
        "changed": [row for row in others if _differs(row, base)],
        "same": [row for row in others if not _differs(row, base)],
        "log_correlation": float(np.corrcoef(logs.T)[0, 1]),
        "over_time": _over_time(rows),
    }


def _over_time(rows: Sequence[Mapping[str, Any]]) -> dict[str, float] | None:
    """The paper's other remark: constant power, so emissions grow as a line.

    `typical` and `most`: standard deviation of the power over its mean, median and
    largest of the networks; `correlation`: the least, of time and emissions. `None` if
    no training has three readings.
    """
    spreads, fits = [], []
    for row in rows:
        columns = [row["series"][key] for key in ("seconds", "power_w", "emissions_g")]
        readings = np.array(columns, np.float64)
        seconds, powers, grams = readings[:, np.isfinite(readings).all(axis=0)]
        if len(seconds) >= 3:
            spreads.append(float(powers.std() / powers.mean()))
            fits.append(float(np.corrcoef(seconds, grams)[0, 1]))
    if not fits:
        return None
    typical = float(np.median(spreads))
    return {"typical": typical, "most": max(spreads), "correlation": min(fits)}


def _differs(row: Mapping[str, Any], base: Mapping[str, Any]) -> bool:
    """Whether two networks differ by a tenth, and their rounds do not overlap."""
    low, high = sorted((row, base), key=lambda each: each["energy_wh"])
    return (
        high["energy_wh"] / low["energy_wh"] >= _LEAST_CHANGE
        and low["most_energy_wh"] < high["least_energy_wh"]
    )
