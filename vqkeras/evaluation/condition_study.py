"""`python -m vqkeras.evaluation.condition_study`: what does a spectrogram tell a prior?

A preset's learned prior sees the codes of visible cells. It goes on learning twice,
from the same weights, on the same crops with the same holes: with those alone, and with
what they leave unsaid of the spectrogram of visible cells. A training that was done
before is not done again.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
from collections.abc import Callable, Sequence
from functools import partial
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from edge_runtime.commands.program import Parser
from edge_runtime.errors import UsageError
from edge_runtime.output_file import output_file
from vqkeras.command import run_command
from vqkeras.evaluation.condition_gain import gains_of, means_of, study_table
from vqkeras.evaluation.report_files import (
    add_report_options,
    check_report,
    write_report,
)
from vqkeras.evaluation.short_trainings import add_training_options, check_steps

_log = logging.getLogger(__name__)

_ABOUT = """\
The learned prior of `{name}` after {steps:,} more steps, twice: from the same weights,
on the same crops with the same holes, once with the codes of visible cells alone, and
once with their spectrogram too: the values of each visible cell less the mean of those
with the same code. What these values meet begins with weights of 0. Seed {seed}, one
run each; the learning rate rises to a third of the prior's own, then falls to 0. Bits
that a hidden code takes in {clips} validation clips of {sources} sources that no
training heard, {masks} masks each, the same for all: of all hidden cells, of those with
a visible cell above, below or beside them (border), and of the others (inside). Limits:
95 % of a bootstrap over sources. Frames less than a window away from a hole share
samples with it, where codes are made too, so that what is saved at the border may in
part be the hole's own sound. Made by `python -m vqkeras.evaluation.condition_study`."""
VARIANTS = {"codes": "the codes alone", "spectrogram": "the spectrogram too"}
# Batches of training crops that the mean values of a code are counted in.
_COUNTED = 80
_SEED = 0


def study(preset: Any, runs: Path, *, steps: int) -> dict[str, Any]:
    """Both trainings, unless they are done, and what the spectrogram saves.

    Args:
        preset: A `Preset` of sounds with a prior and validation clips.
        runs: Folder of what is done; made if missing.
        steps: Of each training, a multiple of 3.

    Returns:
        The report: `name`, `data`, `seed`, `steps`, `clips`, `sources`, `masks`,
        `rows` and `gains`.
    """
    from vqkeras.evaluation.condition_training import ROUNDS

    trainings = _trainings(preset, runs, steps)
    sums = {name: np.array(training["sums"]) for name, training in trainings.items()}
    start = {"name": f"the prior of {preset.config.name}", "steps": 0, "minutes": 0.0}
    rows = [{**start, **means_of(sums["codes"][0]), "course": []}]
    for variant, name in VARIANTS.items():
        looks = [means_of(each) for each in sums[variant]]
        row = {
            "name": name,
            "steps": steps,
            "minutes": trainings[variant]["minutes"],
            **looks[-1],
            "course": [each["bits"] for each in looks[1:]],
        }
        rows.append(row)
    sources = [each["instrument_str"] for each in preset.dataset.validation.metadata]
    return {
        "name": preset.config.name,
        "data": preset.dataset.name,
        "seed": _SEED,
        "steps": steps,
        "clips": len(sources),
        "sources": len(set(sources)),
        "masks": ROUNDS,
        "rows": rows,
        "gains": gains_of(
            sums["codes"][-1], sums["spectrogram"][-1], sources, seed=_SEED
        ),
    }


def _trainings(preset: Any, runs: Path, steps: int) -> dict[str, dict[str, Any]]:
    """What `gone_on` returned of each variant, now or before."""
    from vqkeras.evaluation.condition_crops import training_crops, validation_crops
    from vqkeras.evaluation.condition_training import gone_on
    from vqkeras.evaluation.unsaid import Unsaid
    from vqkeras.presets.preset_prior import prior_fields

    fields = prior_fields(preset.folder)
    crop_cells = fields["crop_cells"]
    judged = validation_crops(preset, crop_cells=crop_cells)
    batches = training_crops(
        preset,
        batch_size=fields["training"]["batch_size"],
        crop_cells=crop_cells,
        seed=_SEED,
    )
    counted = [crops for crops, _ in islice(batches, _COUNTED)]
    unsaid = Unsaid(
        np.concatenate([crops.codemap for crops in counted]),
        np.concatenate([crops.values for crops in counted]),
        preset.prior.codebook_size,
    )
    digest = sha256()
    for weight in preset.prior.get_weights():
        digest.update(np.ascontiguousarray(weight).tobytes())
    runs.mkdir(parents=True, exist_ok=True)
    source = {"steps": steps, "prior": digest.hexdigest()}
    train = partial(gone_on, preset, unsaid, judged, steps=steps, fields=fields)
    return {
        variant: _done(
            runs / f"{variant}.json",
            source,
            partial(train, sees_spectrogram=variant == "spectrogram", seed=_SEED),
        )
        for variant in VARIANTS
    }


def _done(
    path: Path, source: dict[str, Any], train: Callable[[], dict[str, Any]]
) -> dict[str, Any]:
    """A training, from its file if that is of the same prior and steps."""
    if path.is_file():
        kept = json.loads(path.read_text(encoding="utf-8"))
        if kept["source"] == source:
            return kept["training"]
    _log.info("%s ...", VARIANTS[path.stem])
    training = train()
    with output_file(path, force=True) as temporary:
        text = json.dumps({"source": source, "training": training})
        temporary.write_text(text, encoding="utf-8")
    return training


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    return run_command(lambda given: _command(_parser().parse_args(given)), arguments)


def _command(options: argparse.Namespace) -> None:
    check_report(options.out, force=options.force)
    check_steps(options.steps, 3)
    from vqkeras.presets.preset import load_preset
    from vqkeras.presets.preset_prior import has_prior

    preset = load_preset(options.preset)
    if not has_prior(preset.folder):
        raise UsageError(
            f"{preset.config.name} has no prior. Choose a preset that has one."
        )
    report = study(preset, options.runs, steps=options.steps)
    table = study_table(report)
    write_report(report, table, _ABOUT.format(**report), options.out)
    print(table)


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="python -m vqkeras.evaluation.condition_study",
        description=__doc__.partition("\n")[0],
    )
    parser.add_argument("preset", help="name of a preset with a prior, such as general")
    add_training_options(parser, steps=1200)
    add_report_options(parser)
    return parser


if __name__ == "__main__":
    sys.exit(main())
