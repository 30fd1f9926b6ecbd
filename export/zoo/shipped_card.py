"""`python -m export.zoo.shipped_card general`: the card of one shipped bundle.

All it says is in the preset of the same name and in the bundle itself.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import yaml

from edge_runtime.bundle.bundle_file import read_bundle
from edge_runtime.bundle.shipped import MODELS_FOLDER, SHIPPED_MODELS, shipped_path
from edge_runtime.commands.program import Parser
from edge_runtime.errors import UserError
from edge_runtime.output_file import check_output, output_file
from edge_runtime.spectrogram.frequency_scale import hz_from_place
from vqkeras.command import run_command
from vqkeras.model.preset_card import card_limits, front_matter
from vqkeras.model.preset_folder import PresetFolder
from vqkeras.model.preset_names import PRESETS_FOLDER
from vqkeras.templates import render


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    return run_command(lambda given: _command(_parser().parse_args(given)), arguments)


def _command(options: argparse.Namespace) -> None:
    path = options.output or MODELS_FOLDER / f"{options.name}_card.md"
    check_output(path, force=options.force)
    preset = PresetFolder(PRESETS_FOLDER / options.name)
    card = shipped_card(preset, shipped_path(options.name), of_prior=options.of_prior)
    with output_file(path, force=options.force) as temporary:
        temporary.write_text(card, encoding="utf-8")
    print(path)


def shipped_card(preset: PresetFolder, path: Path, *, of_prior: str = "") -> str:
    """Write the card of a bundle of sounds.

    Args:
        preset: What it was made from; of this name in `SHIPPED_MODELS`.
        path: The bundle.
        of_prior: What else is to be said of the training of its prior. Defaults to
            nothing.

    Returns:
        Markdown; its front matter is the preset's.

    Raises:
        PresetError: If the preset was changed.
        BundleError: If the bundle is missing or damaged.
        UserError: If only one of both has a prior.
    """
    from export.prior_bytes import prior_bytes  # reads TFLite: not for --help

    preset.check()
    bundle, facts = read_bundle(path), preset.folder / "prior.json"
    prior = json.loads(facts.read_text("utf-8")) if facts.is_file() else None
    if (prior is None) != (bundle.prior is None):
        raise UserError(
            f"Of the preset {preset.name} and {path} only one has a prior. Export the "
            f"preset again: python -m export {preset.name} -o {path} --force."
        )
    figures = json.loads((preset.folder / "figures.json").read_text("utf-8"))
    settings, metadata = bundle.settings, preset.metadata
    front = front_matter(metadata, figures, has_sound=True)
    purpose = SHIPPED_MODELS[preset.name].purpose
    hertz = hz_from_place(bundle.freq_stride, settings) - hz_from_place(0, settings)
    return render(
        Path(__file__).parent / "templates" / "shipped.md.j2",
        front=yaml.safe_dump(front, sort_keys=False, allow_unicode=True),
        metadata=metadata,
        purpose=f"{purpose[0].upper()}{purpose[1:]}.",
        bundle=bundle.metadata,
        parity=bundle.metadata["parity"],
        spectrogram=settings,
        cell_ms=1000 * bundle.time_stride * settings.hop_length / settings.sample_rate,
        cell_hz=hertz,
        prior=prior,
        of_prior=of_prior,
        bundle_bytes=path.stat().st_size,
        prior_bytes=prior_bytes(bundle),
        limits=card_limits(settings, metadata["example_shape"]),
    )


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="python -m export.zoo.shipped_card",
        description=__doc__.partition("\n")[0],
    )
    parser.add_argument("name", metavar="NAME", help="of preset and bundle")
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="CARD.md",
        help="where to (default: NAME_card.md beside the bundle)",
    )
    parser.add_argument(
        "--of_prior",
        default="",
        metavar="TEXT",
        help="more of the training of its prior, such as how it was interrupted",
    )
    parser.add_argument(
        "--force", action="store_true", help="replace a card that is there"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
