"""`python -m vqkeras.evaluation.prior_study`: what limits a preset's learned prior.

Trainings as short as each other, of networks of other sizes and on a part of the data,
beside the course of the long training that made the preset's own. One that was done
before is not done again.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from edge_runtime.commands.program import Parser
from edge_runtime.errors import UsageError
from vqkeras.command import run_command
from vqkeras.config import TrainingConfig
from vqkeras.evaluation.report_files import (
    add_report_options,
    check_report,
    write_report,
)
from vqkeras.evaluation.short_trainings import (
    EPOCHS,
    add_training_options,
    check_steps,
    course_of,
    study_table,
)
from vqkeras.evaluation.study_figure import draw_study
from vqkeras.priors.codes import kept_codemaps

_ABOUT = """\
Trainings of {steps} steps, as short as each other, of priors of other sizes and on
parts of the training clips, each heard once ({name}'s own prior heard each twice, at
other levels). Seed 0, one run each; the learning rate falls to 0 by plan. Bits a hidden
code takes: of the last epoch's training crops, and of the codemaps of {validation}
validation clips, whose sources no training heard, with the same holes every time. A
network that had learned its clips by heart would have far fewer bits in training. The
last row is the preset's own. Made by `python -m vqkeras.evaluation.prior_study`, which
also draws the picture beside it."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Trial:
    """One short training.

    Attributes:
        units: Channels inside the network.
        share: Of the training clips, in (0, 1].
    """

    units: int
    share: float = 1.0

    @property
    def name(self) -> str:
        """Size and data in words.

        Example:

        >>> Trial(64, share=0.25).name
        '64 units, 25 % of the clips'
        """
        part = "" if self.share == 1.0 else f", {self.share:.0%} of the clips"
        return f"{self.units} units{part}".replace("%", " %")


TRIALS = (
    *(Trial(units) for units in (32, 64, 96)),
    *(Trial(64, share) for share in (0.5, 0.25, 0.125)),
)


def tried(preset: Any, trial: Trial, runs: Path, *, steps: int) -> dict[str, Any]:
    """Train as a trial says, unless that is done, and say how it went.

    Args:
        preset: A `Preset` that has a prior.
        trial: What is tried.
        runs: Folder of the trainings; each gets a folder of its own there, and an
            interrupted one goes on.
        steps: In all, a multiple of 6.

    Returns:
        As of `course_of`, and `name`, `clips` and `num_parameters`.
    """
    from vqkeras.presets.preset_prior import prior_fields
    from vqkeras.priors.config import PriorConfig
    from vqkeras.priors.training import fit_prior
    from vqkeras.run import prepare_folder

    fields = prior_fields(preset.folder)
    config = PriorConfig(
        name=preset.config.name,
        units=trial.units,
        dilations=tuple(map(tuple, fields["dilations"])),
        crop_cells=fields["crop_cells"],
        weight_decay=fields["weight_decay"],
        training=TrainingConfig(
            epochs=EPOCHS,
            steps_per_epoch=steps // EPOCHS,
            batch_size=fields["training"]["batch_size"],
            learning_rate=fields["training"]["learning_rate"],
            # An average of the weights would lag behind in so few steps.
            weight_averaging=0.0,
        ),
    )
    run_dir = runs / f"{trial.units}_units_{trial.share:g}"
    prepare_folder(config, run_dir, resume=run_dir.is_dir(), force=False)
    clips = _put_codes(preset, trial.share, runs / "codes.npz", run_dir / "codes.npz")
    fit_prior(config, preset, run_dir)
    return {"name": trial.name, "clips": clips, **_row(run_dir, "")}


def _put_codes(preset: Any, share: float, whole: Path, part: Path) -> int:
    """Leave a part of the codes where the training will look for them."""
    codemaps = kept_codemaps(
        preset.model, preset.config, preset.dataset, versions=1, path=whole
    )
    # In random order already.
    clips = round(share * len(codemaps.train))
    with np.load(whole, allow_pickle=False) as kept:
        np.savez_compressed(
            part,
            key=kept["key"],
            train=codemaps.train[:clips],
            validation=codemaps.validation,
        )
    return clips


def _row(folder: Path, prefix: str) -> dict[str, Any]:
    """Size and course of the prior of a run, or of a preset: `prior_`."""
    facts_name = "prior.json" if prefix else "summary.json"
    facts = json.loads((folder / facts_name).read_text(encoding="utf-8"))
    history, steps = folder / f"{prefix}history.csv", facts["steps_per_epoch"]
    course = course_of(history, steps, "bits_per_code", "bits")
    return {"num_parameters": facts["num_parameters"], **course}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    return run_command(lambda given: _command(_parser().parse_args(given)), arguments)


def _command(options: argparse.Namespace) -> None:
    check_report(options.out, force=options.force)
    check_steps(options.steps)
    from vqkeras.presets.preset import load_preset
    from vqkeras.presets.preset_prior import has_prior

    preset = load_preset(options.preset)
    name = preset.config.name
    if not has_prior(preset.folder):
        raise UsageError(f"{name} has no prior. Choose a preset that has one.")
    trials = []
    for trial in TRIALS:
        _log.info("%s ...", trial.name)
        trials.append(tried(preset, trial, options.runs, steps=options.steps))
    own = _row(preset.folder, "prior_")
    own |= {"name": f"the prior of {name}", "clips": len(preset.dataset.train)}
    every = [*trials, own]
    report = {"name": name, "data": preset.dataset.name, "seed": 0, "rows": every}
    table = study_table(every, "prior", "bits")
    about = _ABOUT.format(
        name=name,
        steps=f"{options.steps:,}",
        validation=len(preset.dataset.validation or ()),
    )
    write_report(report, table, about, options.out)
    picture = options.out.with_suffix(".png")
    draw_study(trials, own, picture, measure="bits", label="bits a code")
    print(table)


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="python -m vqkeras.evaluation.prior_study",
        description=__doc__.partition("\n")[0],
    )
    parser.add_argument("preset", help="name of a preset with a prior, such as general")
    add_training_options(parser, steps=1800)
    add_report_options(parser)
    return parser


if __name__ == "__main__":
    sys.exit(main())
