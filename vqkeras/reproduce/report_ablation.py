"""The section on the quantizer ablation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from vqkeras.reproduce.ablation_summary import FIELDS, rank_of_default
from vqkeras.reproduce.report_words import plus_minus, table

_NAMES = {
    "mnist": "MNIST (7x7 cells, 128 codes)",
    "notes": "Notes (cells of 16 frames x 16 bins, 256 codes)",
}


def ablation_section(ablation: Mapping[str, Any]) -> str:
    """Tables of all variants, and what follows for the defaults.

    Args:
        ablation: `steps` and `rows` of the report.

    Returns:
        Markdown.
    """
    rows = ablation["rows"]
    seeds = len(rows[0]["seeds"])
    parts = [
        "## What each part of the quantizer brings (section 2.5)",
        "The paper names three techniques and shows no figure for any of them. Here "
        f"small networks are trained for {ablation['steps']} steps each, with {seeds} "
        "seeds, all else equal, and judged on held-out images, and on notes of "
        "instruments that training did not hear. Mean ± standard deviation over the "
        "seeds. `restart below` is the dead-code threshold: a codeword used less than "
        "this share of the mean use is moved to a latent of the batch; 0 switches "
        "restarts off. The default is bold.",
    ]
    for data, name in _NAMES.items():
        chosen = [row for row in rows if row["data"] == data]
        parts += [f"**{name}**", _table(chosen), _verdict(rows, data)]
    return "\n\n".join(parts)


def _table(rows: Sequence[Mapping[str, Any]]) -> str:
    return table(
        ["quantizer", "first batch", "restart below", "MSE", "perplexity", "usage"],
        [
            _bold(
                [
                    "EMA" if row["quantizer"] == "ema" else row["quantizer"],
                    "yes" if row["initialise_from_batch"] else "no",
                    f"{row['restart_threshold']:g}",
                    plus_minus(row["mse"]),
                    plus_minus(row["perplexity"], "{:.1f}".format),
                    plus_minus(row["codebook_usage"], "{:.2f}".format),
                ],
                row["is_default"],
            )
            for row in rows
        ],
    )


def _bold(cells: list[str], is_default: bool) -> list[str]:
    return [f"**{cell}**" for cell in cells] if is_default else cells


def _verdict(rows: Sequence[Mapping[str, Any]], data: str) -> str:
    """Where the default stands, and what switching one part off does to the error."""
    rank = rank_of_default(rows, data)
    default = rank["default"]
    changes = []
    for field, value, name in (
        ("quantizer", "gradient", "learning the codebook by gradient"),
        ("initialise_from_batch", False, "leaving out the first batch"),
        ("restart_threshold", 0.0, "leaving out restarts"),
    ):
        wanted = {each: default[each] for each in FIELDS} | {field: value}
        other = next(
            row
            for row in rows
            if row["data"] == data and all(row[each] == wanted[each] for each in FIELDS)
        )
        ratio = other["mse"]["mean"] / default["mse"]["mean"]
        changes.append(f"{name} gives {ratio:.2f} times its error")
    if rank["rank"] == 1:
        place = "The default has the least error of all variants"
    else:
        gap = default["mse"]["mean"] / rank["best"]["mse"]["mean"]
        tie = ", within the spread of the seeds" if rank["is_tied"] else ""
        place = f"The default has {gap:.2f} times the error of the best variant{tie}"
    return f"{place}. From the default, {changes[0]}, {changes[1]}, {changes[2]}."
