"""`python -m export.own.comparison SOUNDS`: fine-tuning against training from scratch.

The same files, the same minutes, the same networks, codec and prior: once from the
preset's weights and once from fresh ones. All are measured on files held back.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from edge_runtime.commands.numbers import positive_seconds, seed_number
from edge_runtime.commands.program import Parser
from edge_runtime.output_file import check_output
from export.own.learned import Learned
from export.own.plan import Plan, own_plan
from export.own.sounds import look_at
from vqkeras.command import run_command
from vqkeras.fine_tuning import MINUTES


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    return run_command(lambda given: _command(_parser().parse_args(given)), arguments)


def _command(options: argparse.Namespace) -> None:
    check_output(options.output, force=options.force)
    look_at(options.sounds)
    name = options.output.stem
    tuned = own_plan(
        options.sounds,
        from_preset=options.from_preset,
        name=name,
        run_dir=options.runs / name,
        minutes=options.minutes,
        seed=options.seed,
    )
    # Keras draws its progress on stdout, which is for results.
    with contextlib.redirect_stdout(sys.stderr):
        report = compare(tuned)
    about = {"about": options.about} if options.about else {}
    text = json.dumps({**about, "seed": options.seed, **report}, indent=2) + "\n"
    options.output.write_text(text, encoding="utf-8")
    print(text, end="")


def compare(tuned: Plan) -> dict[str, Any]:
    """Train both and measure all three; trainings that are there go on.

    Args:
        tuned: The fine-tuning.

    Returns:
        Plain values: `minutes`, `held_back` (segments), and the `Figures` of `preset`,
        `tuned` and `scratch`; of the last two also `epochs` of the codec and the energy
        of both trainings; of `tuned` also `bits_of_preset_prior`, what its codes cost
        the prior that the preset has.
    """
    report: dict[str, Any] = {"minutes": tuned.minutes}
    for name, plan in (("tuned", tuned), ("scratch", tuned.from_scratch())):
        learned = Learned(plan)
        learned.learn_codec()
        learned.learn_prior()
        epochs = learned.run.summary["epochs"]
        report[name] = {**learned.figures(), "epochs": epochs, **learned.energy()}
    of_tuned = Learned(tuned)
    report["preset"] = of_tuned.figures_of_preset()
    report["tuned"]["bits_of_preset_prior"] = of_tuned.bits_of_preset_prior()
    return {**report, "held_back": len(of_tuned.run.dataset.test)}


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
    parser.add_argument(
        "--about", metavar="TEXT", help="what the sounds are, for whoever reads figures"
    )
    parser.add_argument("--force", action="store_true", help="replace the output")
    return parser


if __name__ == "__main__":
    sys.exit(main())
