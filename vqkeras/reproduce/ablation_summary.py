"""Table of the ablation: mean and deviation over seeds, rank of the defaults."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from vqkeras.model.model_config import ModelConfig

MEASURES = ("mse", "perplexity", "codebook_usage")
FIELDS = ("quantizer", "initialise_from_batch", "restart_threshold")


def summarise(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Mean and standard deviation of each measure over seeds.

    Args:
        rows: One dict per training: `data`, `seed`, the fields of the variant, and the
            measures.

    Returns:
        One dict per data and variant, in the order in which they first occur; each
        measure is a dict of `mean` and `sd` (0 for a single seed).
    """
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in rows:
        key = (row["data"], *(row[field] for field in FIELDS))
        groups.setdefault(key, []).append(row)
    return [
        {
            "data": key[0],
            **dict(zip(FIELDS, key[1:], strict=True)),
            "is_default": is_default(dict(zip(FIELDS, key[1:], strict=True))),
            "seeds": [row["seed"] for row in group],
            **{measure: _spread(group, measure) for measure in MEASURES},
        }
        for key, group in groups.items()
    ]


def is_default(variant: dict[str, Any]) -> bool:
    """Whether a variant is what `ModelConfig` says when nothing is set."""
    return all(variant[field] == getattr(ModelConfig, field) for field in FIELDS)


def rank_of_default(summary: Sequence[dict[str, Any]], data: str) -> dict[str, Any]:
    """Where the defaults stand among the variants of one data set, by error.

    Args:
        summary: What `summarise` returns.
        data: Which data set.

    Returns:
        `rank` (1 = least error), `best` and `default`: rows of the summary; and
        `is_tied`: whether the default is within the sum of the two deviations.
    """
    rows = sorted(
        (row for row in summary if row["data"] == data),
        key=lambda row: row["mse"]["mean"],
    )
    default = next(row for row in rows if row["is_default"])
    best = rows[0]
    margin = best["mse"]["sd"] + default["mse"]["sd"]
    return {
        "rank": rows.index(default) + 1,
        "best": best,
        "default": default,
        "is_tied": default["mse"]["mean"] - best["mse"]["mean"] <= margin,
    }


def effect_of(
    summary: Sequence[dict[str, Any]], data: str, field: str, value: Any
) -> dict[str, Any]:
    """What changing one field of the default does.

    Args:
        summary: What `summarise` returns.
        data: Which data set.
        field: One of `FIELDS`.
        value: Its other value.

    Returns:
        `data`; `ratio` of the error to the default's; `is_clear`: whether the errors
        differ by more than the sum of the two deviations, never for a single seed;
        `usage` and `default_usage`: of the codebook.
    """
    rows = [row for row in summary if row["data"] == data]
    default = next(row for row in rows if row["is_default"])
    wanted = {each: default[each] for each in FIELDS} | {field: value}
    other = next(
        row for row in rows if all(row[each] == wanted[each] for each in FIELDS)
    )
    gap = abs(other["mse"]["mean"] - default["mse"]["mean"])
    return {
        "data": data,
        "ratio": other["mse"]["mean"] / default["mse"]["mean"],
        "is_clear": len(default["seeds"]) > 1
        and gap > other["mse"]["sd"] + default["mse"]["sd"],
        "usage": other["codebook_usage"]["mean"],
        "default_usage": default["codebook_usage"]["mean"],
    }


def _spread(rows: Sequence[Mapping[str, Any]], measure: str) -> dict[str, float]:
    values = [row[measure] for row in rows]
    deviation = float(np.std(values, ddof=1)) if len(values) > 1 else 0.0
    return {"mean": float(np.mean(values)), "sd": deviation}
