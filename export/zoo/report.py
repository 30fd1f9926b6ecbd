"""The zoo and its study as Markdown tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

_HEAD = """\
# The zoo, and what limits it

Unseen notes: {notes} notes of instruments no training heard, a part of NSynth's test
split; no figure compares with a published one. `nmse` is the mean squared error of the
spectrogram in dB divided by its variance, `lsd` the log-spectral distance; of
spectrograms with two channels, both are those of the magnitude. "k-means" is what a
codebook of patches of the same cells at the same rate leaves, without any network.
Usage and perplexity are those of the codes of sounding cells. Seed 0. Energy is
{method}. `python -m export.zoo` makes this page.

## Models

| config | spectrogram | network | parameters | cells | kbit/s | nmse | k-means | \
lsd | usage | perplexity | int8 bytes | equal codes | training |
|---|---|---|---|---|---|---|---|---|---|---|---|---|---|
"""

_STUDY = """
![Notes and what a model leaves of them](spectrograms.png)

*`{config}`: notes heard in training (left) and notes of unseen instruments (right);
originals above.*

## One thing changed at a time

All from `configs/{config}.yaml`, each trained for {steps} steps only: what the whole
training reaches is in the table above. How much is chance, the first table says: what
differs by less means nothing. And so few steps cannot learn the real notes by heart,
which the rendered ones are there to prevent.

![Error against rate, parameters and time](limits.png)

*Left and centre: {steps} steps each. Right: the whole training of `{config}`.*
"""

_TITLES = {
    "seed": "Chance: nothing but the seed",
    "rate": "Rate: more codewords for the same cells",
    "cells": "Cells: other shapes at much the same rate",
    "size": "Size of the network",
    "training": "Training: each choice taken away, or another made",
}


def report_of(
    models: Sequence[dict[str, Any]],
    rows: Sequence[dict[str, Any]],
    *,
    config: str,
    steps: int,
    notes: int,
) -> str:
    """Write the page.

    Args:
        models: Rows of `model_row`.
        rows: Rows of `measure_variants`.
        config: What the study starts from.
        steps: Batches of each of its trainings.
        notes: Notes of the test split.

    Returns:
        Markdown.
    """
    methods = sorted({model["energy_method"] for model in models})
    head = _HEAD.format(notes=notes, method=" or ".join(methods) or "not counted")
    lines = [head.rstrip("\n")]
    lines += [_model_line(model) for model in models]
    base = next(row for row in rows if row["name"] == "base")
    lines.append(_STUDY.format(config=config, steps=steps))
    for group, title in _TITLES.items():
        members = [row for row in rows if row["group"] == group]
        if base not in members:
            members.insert(0, base)
        lines.append(f"\n### {title}\n")
        lines.append(
            "| | parameters | kbit/s | nmse | lsd | k-means nmse | of k-means | "
            "usage | perplexity |\n|---|---|---|---|---|---|---|---|---|"
        )
        lines += [_study_line(row) for row in members]
    return "\n".join(lines).replace("\n\n\n", "\n\n") + "\n"


def _model_line(model: dict[str, Any]) -> str:
    cell = " x ".join(str(size) for size in model["cell"])
    training = f"{model['seconds'] / 60:.0f} min, {model['training_wh']:.1f} Wh"
    cells = [
        f"`{model['name']}`",
        model["representation"],
        model["architecture"],
        f"{model['num_parameters']:,}",
        cell,
        *_codes(model),
        f"{model['int8_bytes']:,}" if "int8_bytes" in model else "",
        f"{model['equal_codes']:.1%}" if "equal_codes" in model else "",
        training,
    ]
    # Rate, nmse, k-means, lsd, usage and perplexity, in the order of the head.
    return "| " + " | ".join(cells) + " |"


def _codes(row: dict[str, Any]) -> list[str]:
    has_codes = "bitrate_bps" in row
    return [
        f"{row['bitrate_bps'] / 1000:.3f}" if has_codes else "",
        f"{row['nmse']:.4f}",
        f"{row['kmeans_nmse']:.4f}" if has_codes else "",
        f"{row['lsd_db']:.2f} dB",
        _usage(row),
        _perplexity(row),
    ]


def _usage(row: dict[str, Any]) -> str:
    return " and ".join(f"{part['codebook_usage_sounding']:.0%}" for part in _maps(row))


def _perplexity(row: dict[str, Any]) -> str:
    return " and ".join(
        f"{part['perplexity_sounding']:.0f} of {part['codebook_size']}"
        for part in _maps(row)
    )


def _maps(row: dict[str, Any]) -> list[dict[str, Any]]:
    """What is known of each codemap: none without a codebook, two if hierarchical."""
    if "bitrate_bps" not in row:
        return []
    return row.get("codemaps", [row])


def _study_line(row: dict[str, Any]) -> str:
    has_codes = "bitrate_bps" in row
    cells = [
        row["what"],
        f"{row['num_parameters']:,}",
        f"{row['bitrate_bps'] / 1000:.3f}" if has_codes else "",
        f"{row['nmse']:.4f}",
        f"{row['lsd_db']:.2f} dB",
        f"{row['kmeans_nmse']:.4f}" if has_codes else "",
        f"{row['nmse'] / row['kmeans_nmse']:.2f}" if has_codes else "",
        _usage(row),
        _perplexity(row),
    ]
    return "| " + " | ".join(cells) + " |"
