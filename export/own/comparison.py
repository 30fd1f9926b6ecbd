"""`python -m export.own.comparison SOUNDS`: fine-tuning against training from scratch.

The same files, the same minutes, the same architecture: once from the preset's weights
and once from fresh ones. All are measured on the files that were held back.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from edge_runtime.commands.numbers import positive_seconds, seed_number
from edge_runtime.commands.program import Parser
from edge_runtime.output_file import check_output
from export.own.__main__ import own_config
from export.own.sounds import look_at
from vqkeras.command import run_command
from vqkeras.config import Config
from vqkeras.fine_tuning import LEARNING_RATE_SHARE, MINUTES
from vqkeras.model.preset_folder import PresetFolder
from vqkeras.model.preset_place import place_of


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    return run_command(lambda given: _command(_parser().parse_args(given)), arguments)


def _command(options: argparse.Namespace) -> None:
    check_output(options.output, force=options.force)
    look_at(options.sounds)
    tuned = own_config(options)
    # Keras draws its progress on stdout, which is for results.
    with contextlib.redirect_stdout(sys.stderr):
        report = compare(tuned, options.runs)
    text = json.dumps({"seed": options.seed, **report}, indent=2) + "\n"
    options.output.write_text(text, encoding="utf-8")
    print(text, end="")


def from_scratch(tuned: Config) -> Config:
    """The same training with fresh weights, at the preset's own learning rate."""
    rate = tuned.training.learning_rate / LEARNING_RATE_SHARE
    return replace(
        tuned,
        name=f"{tuned.name}_scratch",
        from_preset=None,
        training=replace(tuned.training, learning_rate=rate),
    )


def compare(tuned: Config, runs: Path) -> dict[str, Any]:
    """Train both and measure all three; trainings that are there go on.

    Args:
        tuned: Config of the fine-tuning.
        runs: Folder of the two runs.

    Returns:
        Plain values: `minutes`, `held_back` (segments), and the `Figures`, `epochs` and
        `energy_wh` of `preset`, `tuned` and `scratch`, as far as they have them.
    """
    from export.own.figures import figures_of
    from vqkeras.run import load_run
    from vqkeras.train import train

    report: dict[str, Any] = {"minutes": tuned.training.minutes}
    for name, config in (("tuned", tuned), ("scratch", from_scratch(tuned))):
        run_dir = runs / config.name
        resume = (run_dir / "config.yaml").is_file()
        run = load_run(train(config, run_dir, resume=resume, verbose=2))
        held_back, settings = run.dataset.test, run.settings
        energy = json.loads((run_dir / "energy.json").read_text(encoding="utf-8"))
        report[name] = {
            **asdict(figures_of(run.model, held_back, settings)),
            "epochs": run.summary["epochs"],
            "energy_wh": energy["energy_wh"],
        }
    preset = PresetFolder(place_of(str(tuned.from_preset))).load()
    report["preset"] = asdict(figures_of(preset, held_back, settings))
    return {**report, "held_back": len(held_back)}


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="python -m export.own.comparison",
        description="Fine-tuning a preset against as many minutes from scratch.",
    )
    parser.add_argument("sounds", type=Path, help="folder of audio files")
    parser.add_argument(
        "-o", "--output", type=Path, required=True, metavar="X.json", help="figures"
    )
    parser.add_argument(
        "--from_preset", default="general", metavar="NAME", help="preset to go on from"
    )
    parser.add_argument(
        "--minutes",
        type=positive_seconds,
        default=MINUTES,
        help="how long each learns (default: %(default)g)",
    )
    parser.add_argument(
        "--runs",
        type=Path,
        default=Path("runs"),
        metavar="DIR",
        help="folder of the runs (default: runs)",
    )
    parser.add_argument("--seed", type=seed_number, default=0, help="of both")
    parser.add_argument("--force", action="store_true", help="replace the output")
    return parser


if __name__ == "__main__":
    sys.exit(main())
