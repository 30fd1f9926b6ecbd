"""`python -m export.zoo.preset_codes`: do presets give the codes of shipped bundles?

Each bundle of the package beside the preset of its name, on 40 sounds that neither
learned from: a bundle in float32 gives every code, one in int8 nearly every.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from edge_runtime.bundle.bundle import Bundle
from edge_runtime.bundle.shipped import SHIPPED_MODELS, load_model
from edge_runtime.commands.program import Parser
from edge_runtime.engines.load import load_engine
from edge_runtime.output_file import check_output, output_file
from export.parity import measure_parity
from vqkeras.command import run_command
from vqkeras.datasets import load_dataset
from vqkeras.datasets.split import Split
from vqkeras.energy.record import machine_name
from vqkeras.presets import Preset, load_preset

SOUNDS = 40
_KEPT = ("equal_codes", "equal_codes_sounding", "latents_max_difference")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    return run_command(lambda given: _command(_parser().parse_args(given)), arguments)


def _command(options: argparse.Namespace) -> None:
    check_output(options.out, force=options.force)
    models = {}
    for name in SHIPPED_MODELS:
        bundle = load_model(name)
        preset = load_preset(bundle.name)
        models[name] = codes_beside(bundle, preset, _test_sounds(preset))
        data = preset.config.data
        models[name]["data"] = f"test split of {data.name}, seed {data.split_seed}"
    report = {"machine": machine_name(), "sounds": SOUNDS, "models": models}
    text = json.dumps(report, indent=2) + "\n"
    with output_file(options.out, force=options.force) as temporary:
        temporary.write_text(text, encoding="utf-8")
    print(text, end="")


def codes_beside(bundle: Bundle, preset: Preset, sounds: Split) -> dict[str, Any]:
    """Compare a shipped bundle with the preset that it calls itself.

    Args:
        bundle: One of `SHIPPED_MODELS`.
        preset: The preset of its name.
        sounds: Spectrograms of the preset's settings.

    Returns:
        Plain values: `preset`; `cells`, how many were compared; `equal_codes`, the
        share that has the same code, and `equal_codes_sounding`; and
        `latents_max_difference`.
    """
    parity = measure_parity(
        preset.model,
        load_engine(bundle),
        (sounds[index][None] for index in range(len(sounds))),
        codes_of=bundle.codes_of,
        floor_db=preset.settings.floor_db,
    )
    frames, bins = sounds.shape[:2]
    frames, bins = preset.model.encoder.covered_sizes(frames, bins)
    cells = (frames // bundle.time_stride) * (bins // bundle.freq_stride)
    values = dataclasses.asdict(parity)
    return {
        "preset": bundle.name,
        "cells": len(sounds) * cells,
        **{field: values[field] for field in _KEPT},
    }


def _test_sounds(preset: Preset) -> Split:
    # What only the training hears is not needed.
    data = dataclasses.replace(preset.config.data, limit=SOUNDS, extra_dir=None)
    return load_dataset(data, preset.settings).test


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="python -m export.zoo.preset_codes", description=__doc__.partition("\n")[0]
    )
    parser.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="FILE.json",
        help="write the figures there",
    )
    parser.add_argument(
        "--force", action="store_true", help="replace what lies at --out"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
