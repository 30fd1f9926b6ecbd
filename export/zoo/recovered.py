"""`python -m export.zoo.recovered`: presets of shipped bundles whose runs are gone.

The float32 bundle gives its weights back exactly; int8 weights come back rounded, and
`python -m vqkeras.presets.shorten` keeps them in half the bytes.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from edge_runtime.bundle.bundle import Bundle
from edge_runtime.bundle.bundle_file import read_bundle
from edge_runtime.bundle.shipped import MODELS_FOLDER, shipped_path
from edge_runtime.commands.program import Parser
from export.tflite.quiet import quiet
from export.zoo.pretrained_card import CARD_NAME
from vqkeras.command import run_command
from vqkeras.config import Config
from vqkeras.config_file import load_config, save_config
from vqkeras.model.preset_folder import CONFIG, seal_preset
from vqkeras.model.preset_names import PRESETS_FOLDER, WEIGHTS
from vqkeras.trained_runs import CONFIGS
from vqkeras.versions import versions

# Name of each preset and the shipped bundle that knows its weights best.
SOURCES = {"nsynth_light": "nsynth_light_float32", "nsynth_live": "nsynth_live"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    return run_command(lambda given: _command(_parser().parse_args(given)), arguments)


def _command(options: argparse.Namespace) -> None:
    for name, source in SOURCES.items():
        figures = json.loads((options.reports / f"{name}.json").read_text())
        print(recover_preset(name, source, figures, options.into))


def recover_preset(
    name: str, source: str, figures: dict[str, Any], folder: Path
) -> Path:
    """Make a preset of a shipped bundle.

    Args:
        name: Of the preset and its config.
        source: Name of the bundle.
        figures: What the run was measured at when it was there.
        folder: Folder of presets.

    Returns:
        Folder of the new preset.

    Raises:
        UserError: If bundle and config do not fit, or the folder cannot be written.
    """
    with quiet():
        from export.zoo.recovered_weights import recover_weights
        from vqkeras.model.build import build_model
    bundle = read_bundle(shipped_path(source))
    config = load_config(CONFIGS / f"{name}.yaml")
    metadata = _metadata(config, bundle, source)
    model = build_model(
        config.model, tuple(metadata["example_shape"]), metadata["data_variance"]
    )
    recover_weights(model, bundle, cells_per_batch=_cells_per_batch(config, bundle))
    target = folder / name
    target.mkdir(parents=True, exist_ok=True)
    save_config(config, target / CONFIG)
    model.save_weights(target / WEIGHTS)
    (target / "figures.json").write_text(json.dumps(figures, indent=2) + "\n")
    seal_preset(target, metadata, figures)
    return target


def _cells_per_batch(config: Config, bundle: Bundle) -> float:
    cells_of_time = (config.data.crop_frames or 0) / bundle.time_stride
    cells_of_frequency = bundle.settings.num_bins / bundle.freq_stride
    return config.training.batch_size * cells_of_time * cells_of_frequency


def _metadata(config: Config, bundle: Bundle, source: str) -> dict[str, Any]:
    """What the bundle and the card beside it know of the training."""
    training, best = bundle.metadata["training"], bundle.metadata["training"]["best"]
    card = (MODELS_FOLDER / CARD_NAME).read_text(encoding="utf-8")
    costs = yaml.safe_load(card.split("---\n")[1])["co2_eq_emissions"]
    method = costs["source"].removeprefix("vqkeras.energy, ").partition(";")[0]
    steps = config.training.steps_per_epoch
    return {
        "name": config.name,
        "example_shape": [None, *bundle.metadata["example_shape"][1:]],
        "data_variance": training["data_variance"],
        "weighted_by_first_channel": False,
        "cell": [bundle.time_stride, bundle.freq_stride],
        "num_parameters": training["num_parameters"],
        "data": training["data"],
        "num_examples": training["num_examples"],
        "seed": training["seed"],
        "epochs": training["epochs"],
        "best_epoch": training["best_epoch"],
        "steps": steps and steps * training["epochs"],
        "minutes": training["seconds"] / 60.0,
        "machine": costs["hardware_used"],
        "energy_wh": best["energy_wh"],
        "emissions_g": best["emissions_g"],
        "energy_method": f"{method}, up to the best epoch",
        "recovered_from": {
            "bundle": source,
            "number_format": bundle.metadata["number_format"],
        },
        "versions": versions(),  # of what read the weights back
        "credits": {
            "licence": bundle.metadata["licence"],
            "attribution": bundle.metadata["attribution"],
            "names": bundle.metadata.get("credits", []),
        },
    }


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="python -m export.zoo.recovered", description=__doc__.partition("\n")[0]
    )
    for name, default, text in (
        ("into", PRESETS_FOLDER, "presets"),
        ("reports", Path("report") / "evaluation", "figures of the runs"),
    ):
        parser.add_argument(
            f"--{name}",
            type=Path,
            default=default,
            metavar="DIR",
            help=f"folder of {text} (default: {default.name})",
        )
    return parser


if __name__ == "__main__":
    sys.exit(main())
