"""Bits of hidden cells by where they lie in their hole, and how many are saved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vqkeras.evaluation.table import aligned
from vqkeras.evaluation.told import COVERED, DRAWS

# All hidden cells, those with a visible cell above, below or beside, and the others.
PLACES = ("bits", "border_bits", "inside_bits")
_NAMES = ("all", "border", "inside")


def hidden_sums(
    bits: NDArray[np.float32], hidden: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Bits and cells of each map, at the border of its hole and inside.

    Args:
        bits: Of the hidden cells, one after the other.
        hidden: bool, `(maps, map_frames, map_bins)`.

    Returns:
        `(maps, 4)`: bits and cells at the border, bits and cells inside.

    Example:

    >>> hidden = np.zeros((1, 5, 5), np.bool_)
    >>> hidden[0, :3, 1:4] = True
    >>> hidden_sums(np.arange(9, dtype=np.float32), hidden).tolist()
    [[31.0, 7.0, 5.0, 2.0]]
    """
    spent = np.zeros(hidden.shape, np.float64)
    spent[hidden] = bits
    # Beyond the map nothing is seen.
    padded = np.pad(hidden, ((0, 0), (1, 1), (1, 1)), constant_values=True)
    surrounded = (
        padded[:, :-2, 1:-1]
        & padded[:, 2:, 1:-1]
        & padded[:, 1:-1, :-2]
        & padded[:, 1:-1, 2:]
    )
    parts = [
        np.sum(values, axis=(1, 2), where=hidden & where)
        for where in (~surrounded, surrounded)
        for values in (spent, np.ones_like(spent))
    ]
    return np.stack(parts, axis=1)


def means_of(sums: NDArray[np.float64]) -> dict[str, float]:
    """Bits a hidden cell takes, by the names in `PLACES`.

    Args:
        sums: As of `hidden_sums`.
    """
    return dict(zip(PLACES, map(float, _means(sums.sum(axis=0))), strict=True))


def _means(totals: NDArray[np.float64]) -> NDArray[np.float64]:
    """Means at each of `PLACES`, of sums `(..., 4)`."""
    border, inside = totals[..., :2], totals[..., 2:]
    pairs = np.stack([border + inside, border, inside], axis=-2)
    # A tiny hole has no inside.
    means: NDArray[np.float64] = pairs[..., 0] / np.maximum(pairs[..., 1], 1.0)
    return means


def gains_of(
    before: NDArray[np.float64],
    after: NDArray[np.float64],
    sources: Sequence[str],
    *,
    seed: int,
) -> dict[str, dict[str, float]]:
    """How many bits fewer a hidden cell takes, and where a bootstrap puts that.

    Args:
        before: Of `hidden_sums`, for each clip.
        after: Of the same clips and holes.
        sources: Where each clip comes from; whole sources are drawn.
        seed: Of the bootstrap.

    Returns:
        `value`, `low` and `high` for each of `PLACES`.
    """
    _, numbers = np.unique(np.asarray(sources), return_inverse=True)
    count = int(numbers.max()) + 1
    rng = np.random.default_rng(seed)
    drawn = rng.multinomial(count, np.full(count, 1.0 / count), DRAWS)
    weights = np.concatenate([np.ones((1, count)), drawn])[:, numbers]
    gains = _means(weights @ before) - _means(weights @ after)
    rest = (100.0 - COVERED) / 2.0
    low, high = np.percentile(gains[1:], [rest, 100.0 - rest], axis=0)
    return {
        place: {
            "value": float(gains[0, column]),
            "low": float(low[column]),
            "high": float(high[column]),
        }
        for column, place in enumerate(PLACES)
    }


def study_table(report: dict[str, Any]) -> str:
    """What `condition_study.study` returned as lines of text."""
    lines: list[tuple[str, ...]] = [
        ("bits a hidden code", "steps", "minutes", *_NAMES, "all, on the way")
    ]
    for row in report["rows"]:
        lines.append(
            (
                row["name"],
                f"{row['steps']:,}",
                f"{row['minutes']:.1f}",
                *(f"{row[place]:.3f}" for place in PLACES),
                ", ".join(f"{bits:.3f}" for bits in row["course"]),
            )
        )
    gains: list[tuple[str, ...]] = [("the spectrogram saves", "bits", "limits")]
    for name, place in zip(_NAMES, PLACES, strict=True):
        gain = report["gains"][place]
        limits = f"{gain['low']:+.3f} to {gain['high']:+.3f}"
        gains.append((name, f"{gain['value']:+.3f}", limits))
    return "\n".join([*aligned(lines), "", *aligned(gains)])
