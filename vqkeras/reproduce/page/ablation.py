"""The section on the quantizer ablation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from vqkeras.reproduce.ablation_summary import effect_of, rank_of_default
from vqkeras.reproduce.page.words import plus_minus, table

_NAMES = {
    "mnist": "MNIST (7x7 cells, 128 codes)",
    "notes": "Notes (cells of 16 frames x 16 bins, 256 codes)",
}
_SHORT = {"mnist": "MNIST", "notes": "notes"}
_QUANTIZERS = {"ema": "EMA", "gradient": "gradient"}
# Field, its value without the part, what the default is called, what comes instead.
_PARTS = (
    ("quantizer", "gradient", "EMA", "learning the codebook by gradient"),
    (
        "initialise_from_batch",
        False,
        "Starting from the first batch",
        "starting from random codewords",
    ),
    ("restart_threshold", 0.0, "Restarting dead codewords", "never restarting any"),
)


def ablation_section(ablation: Mapping[str, Any]) -> str:
    """Tables of all variants, and what follows for the defaults.

    Args:
        ablation: `steps` and `rows` of the report.

    Returns:
        Markdown.
    """
    rows = ablation["rows"]
    seeds = ", ".join(map(str, rows[0]["seeds"]))
    parts = [
        "## What each part of the quantizer brings (section 2.5)",
        "The paper names three techniques and shows no figure for any of them. Here "
        f"small networks are trained for {ablation['steps']} steps each, seeds "
        f"{seeds}, all else equal, and judged on held-out images, and on notes of "
        "instruments that training did not hear. Mean ± standard deviation over the "
        "seeds. `restart below` is the dead-code threshold: a codeword used less than "
        "this share of the mean use is moved to a latent of the batch; 0 switches "
        "restarts off. The default is bold.",
    ]
    for data, name in _NAMES.items():
        chosen = [row for row in rows if row["data"] == data]
        parts += [f"**{name}**", _table(chosen), _verdict(rows, data)]
    parts.append(_conclusion(rows))
    return "\n\n".join(parts)


def _table(rows: Sequence[Mapping[str, Any]]) -> str:
    return table(
        ["quantizer", "first batch", "restart below", "MSE", "perplexity", "usage"],
        [
            _bold(
                [
                    _QUANTIZERS[row["quantizer"]],
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
    """Where the default stands, and the threshold that would have been best."""
    rank = rank_of_default(rows, data)
    best, default = rank["best"], rank["default"]
    if rank["rank"] == 1:
        return "The default has the least error of all variants."
    ratio = default["mse"]["mean"] / best["mse"]["mean"]
    tie = ", within the spread of the seeds" if rank["is_tied"] else ""
    start = "the first batch" if best["initialise_from_batch"] else "random codewords"
    return (
        f"The default has {ratio:.2f} times the error of the best variant{tie}: "
        f"{_QUANTIZERS[best['quantizer']]}, from {start}, restart below "
        f"{best['restart_threshold']:g}."
    )


def _conclusion(rows: Sequence[Mapping[str, Any]]) -> str:
    """Which defaults follow, and which do not: each part of the default taken away."""
    sentences = []
    for field, value, kept, instead in _PARTS:
        effects = [effect_of(rows, data, field, value) for data in _NAMES]
        texts = [
            f"{effect['ratio']:.2f} times the error on {_SHORT[effect['data']]}"
            + ("" if effect["is_clear"] else " (no clear difference)")
            + f", usage {effect['usage']:.2f} instead of {effect['default_usage']:.2f}"
            for effect in effects
        ]
        verdict = "does not follow from the error alone"
        if any(each["is_clear"] and each["ratio"] < 1.0 for each in effects):
            verdict = "is not borne out here"
        elif any(each["is_clear"] for each in effects):
            verdict = "follows"
        sentences.append(f"{kept} {verdict}: {instead} gives {'; '.join(texts)}.")
    return "**Which defaults follow.** " + " ".join(sentences)
