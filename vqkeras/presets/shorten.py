"""`python -m vqkeras.presets.shorten NAME`: presets that were kept in float32, shorter.

What `write_preset` does of itself, for presets of before it did.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from edge_runtime.commands.program import Parser
from vqkeras.command import run_command
from vqkeras.datasets.example_blocks import example_blocks
from vqkeras.model.preset_folder import seal_preset
from vqkeras.model.preset_names import PRESETS_FOLDER, WEIGHTS
from vqkeras.presets.preset import load_preset
from vqkeras.presets.preset_prior import shorten_prior
from vqkeras.presets.short_weights import EXAMPLES, save_codec


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    return run_command(_command, arguments)


def _command(arguments: list[str]) -> None:
    options = _parser().parse_args(arguments)
    for name in options.names:
        shorten(name, options.folder)
        print(options.folder / name)


def shorten(name: str, folder: Path = PRESETS_FOLDER) -> None:
    """Save the weights of a preset again, with short kernels.

    What was read back from a float32 bundle stays: each of its codes is the bundle's.

    Args:
        name: Of the preset, whose data must be there.
        folder: Folder of presets. Defaults to that of the package.

    Raises:
        UserError: If the preset is damaged, or its data is not there.
    """
    preset = load_preset(name, folder)
    preset.check()
    model, prior, split = preset.model, preset.prior, preset.dataset.test
    metadata = preset.metadata
    if metadata.get("recovered_from", {}).get("number_format") != "float32":
        weights = save_codec(model, preset.folder / WEIGHTS, split)
        metadata = {**metadata, "weights": weights}
    if prior is not None:
        blocks = example_blocks(split, EXAMPLES)
        codemaps = [np.asarray(model.encode_codemap(block)) for block in blocks]
        shorten_prior(prior, preset.folder, np.concatenate(codemaps))
    figures = json.loads((preset.folder / "figures.json").read_text(encoding="utf-8"))
    seal_preset(preset.folder, metadata, figures)


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="python -m vqkeras.presets.shorten",
        description="Keep the kernels of presets in float16: those of decoders, and "
        "those of encoders and priors where that changes less than 0.1% of the codes "
        "or of the bits a code.",
    )
    parser.add_argument("names", nargs="+", metavar="NAME", help="a preset")
    parser.add_argument(
        "--folder",
        type=Path,
        default=PRESETS_FOLDER,
        metavar="DIR",
        help="folder of the presets (default: that of the package)",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
