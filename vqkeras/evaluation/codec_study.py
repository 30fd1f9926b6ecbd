"""`python -m vqkeras.evaluation.codec_study`: what limits a preset's codec.

Trainings as short as each other, of networks of other widths, of one without a codebook
and on parts of the data, beside the course of the long training that made the preset.
One that was done before is not done again.
"""

from __future__ import annotations

import argparse
import logging
import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edge_runtime.commands.program import Parser
from vqkeras.command import run_command
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

if TYPE_CHECKING:
    from vqkeras.config import Config
    from vqkeras.model.model_config import ModelConfig
    from vqkeras.presets.preset import Preset
    from vqkeras.run import Run

_ABOUT = """\
Trainings of {steps} steps of the config of {name}, as short as each other: as it is;
without a codebook, which shows what codes cost; with all widths (channels, block_units,
context_units) times a half and one and a half; and on parts of the training clips. A
clip is 4 s out of the training sounds, drawn at random and balanced over kinds, so that
parts of the clips have fewer places of the same sounds. Seed 0, one run each; the
learning rate falls by plan. lsd in dB after the last epoch: of its training crops,
which are changed in level and mixed, and of {validation} whole validation clips as they
are, whose sources no training heard. A network that had learned its clips by heart
would have a far lower one in training. The last row is the preset as trained.
Made by `python -m vqkeras.evaluation.codec_study`, which also draws the picture."""
# Of the fields of a model, those that make it wider.
_WIDTHS = ("channels", "block_units", "context_units")
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Trial:
    """One short training.

    Attributes:
        width: Factor of all widths of the network.
        share: Of the training clips, in (0, 1].
        has_codebook: Whether there are codes at all.
    """

    width: float = 1.0
    share: float = 1.0
    has_codebook: bool = True

    @property
    def name(self) -> str:
        """What is other than in the preset.

        Example:

        >>> Trial(width=0.5).name, Trial(share=0.125).name
        ('0.5 of the widths', '0.125 of the clips')
        """
        if self.width != 1.0:
            return f"{self.width:g} of the widths"
        if self.share != 1.0:
            return f"{self.share:g} of the clips"
        return "as it is" if self.has_codebook else "no codebook"


TRIALS = (
    Trial(),
    Trial(has_codebook=False),
    *(Trial(width=width) for width in (0.5, 1.5)),
    *(Trial(share=share) for share in (0.5, 0.25, 0.125)),
)


def trial_config(config: Config, trial: Trial, *, steps: int) -> Config:
    """Config of a short training.

    Args:
        config: Of a preset.
        trial: What is tried.
        steps: In all, a multiple of 6.
    """
    model = _with_width(config.model, trial.width)
    if not trial.has_codebook:
        model = replace(model, quantizer="none")
    clips = round(trial.share * config.data.train_clips)
    return replace(
        config,
        data=replace(config.data, train_clips=clips),
        model=model,
        training=replace(
            config.training,
            epochs=EPOCHS,
            steps_per_epoch=steps // EPOCHS,
            minutes=None,
            seed=0,
        ),
    )


def _with_width(model: ModelConfig, width: float) -> ModelConfig:
    def scaled(units: Any) -> Any:
        if isinstance(units, tuple):
            return tuple(map(scaled, units))
        return max(1, round(width * units))

    found = {name: getattr(model, name, None) for name in _WIDTHS}
    return replace(model, **{name: scaled(v) for name, v in found.items() if v})


def tried(preset: Preset, trial: Trial, runs: Path, *, steps: int) -> dict[str, Any]:
    """Train as a trial says, unless that is done, and say how it went.

    Args:
        preset: Of sound.
        trial: What is tried.
        runs: Folder of the trainings; each gets a folder of its own there, and an
            interrupted one goes on.
        steps: In all, a multiple of 6.

    Returns:
        As of `row_of`.
    """
    from vqkeras.trained_runs import finished_run

    config = trial_config(preset.config, trial, steps=steps)
    run = finished_run(config, runs / trial.name.replace(" ", "_"))
    return row_of(run, trial.name)


def row_of(run: Run | Preset, name: str) -> dict[str, Any]:
    """How the training of a codec went.

    Args:
        run: A finished run of sound, or a preset.
        name: What the row is called.

    Returns:
        `name`, `num_parameters`, `clips`, `codebook_size` (`None`: no codes), and as of
        `course_of` with the measure `lsd_db`.
    """
    model, training, summary = run.config.model, run.config.training, run.summary
    clips = summary["num_examples"]["train"]
    return {
        "name": name,
        "num_parameters": summary["num_parameters"],
        "clips": clips,
        "codebook_size": None if model.quantizer == "none" else model.codebook_size,
        **course_of(
            run.folder / "history.csv",
            training.steps_per_epoch or math.ceil(clips / training.batch_size),
            "log_spectral_loss",
            "lsd_db",
            factor=-run.settings.floor_db,
        ),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    return run_command(lambda given: _command(_parser().parse_args(given)), arguments)


def _command(options: argparse.Namespace) -> None:
    check_report(options.out, force=options.force)
    check_steps(options.steps)
    from vqkeras.evaluation.general_run import check_general
    from vqkeras.presets.preset import load_preset

    preset = load_preset(options.preset)
    check_general(preset)
    rows = []
    for trial in TRIALS:
        _log.info("%s ...", trial.name)
        rows.append(tried(preset, trial, options.runs, steps=options.steps))
    name = preset.config.name
    own = row_of(preset, f"{name}, as it was trained")
    every = [*rows, own]
    report = {"name": name, "data": "general", "seed": 0, "rows": every}
    about = _ABOUT.format(
        name=name,
        steps=f"{options.steps:,}",
        validation=preset.summary["num_examples"]["validation"],
    )
    table = study_table(every, "codec", "lsd_db")
    write_report(report, table, about, options.out)
    draw_study(
        [row for row in rows if row["codebook_size"]],
        own,
        options.out.with_suffix(".png"),
        measure="lsd_db",
        label="lsd in dB",
        beside=[row for row in rows if not row["codebook_size"]],
    )
    print(table)


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="python -m vqkeras.evaluation.codec_study",
        description=__doc__.partition("\n")[0],
    )
    parser.add_argument("preset", help="name of a preset of any sound: general")
    add_training_options(parser, steps=900)
    add_report_options(parser)
    return parser


if __name__ == "__main__":
    sys.exit(main())
