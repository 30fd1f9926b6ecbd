"""`python -m vqkeras.evaluation.told_run`: can it be told, with a run's true codes.

As `vqkeras.evaluate` judges a bundle, for a run that cannot become one: its networks
run in Keras. There is no prior: regions are decoded from their true codes alone.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Any

from vqkeras.command import run_command
from vqkeras.datasets.progress import progress
from vqkeras.evaluation.bundle_report import REGIONS
from vqkeras.evaluation.bundle_table import told_table_of
from vqkeras.evaluation.fillers import FILLERS
from vqkeras.evaluation.general_run import check_general
from vqkeras.evaluation.held_out import held_out_clips, held_out_holes
from vqkeras.evaluation.regenerated import Regenerated
from vqkeras.evaluation.report_files import (
    check_report,
    run_parser,
    write_report,
)
from vqkeras.presets.codec_of import codec_of
from vqkeras.presets.preset import Preset
from vqkeras.run import Run

_FILLERS = ("true_codes", "true_codes_smooth")
_ABOUT = """\
Regions of sounds that no training heard, decoded anew from their true codes by the
whole program, with networks in Keras, and told from the originals by gradient-boosted
trees: the best that any prior could do. 0.5 cannot tell, 1 always can; the limits are a
bootstrap over origins. `report/evaluation/told_general.md` says what the columns are;
its regions are the same. Made by `python -m vqkeras.evaluation.told_run`."""


def told_run(
    run: Run | Preset, *, regions: int = REGIONS, seed: int = 0
) -> dict[str, Any]:
    """Decode regions from their true codes and judge what is heard.

    Args:
        run: A trained run of the data `"general"`, or a preset of it.
        regions: Regions in all. Defaults to 240.
        seed: Of regions, textures, folds and bootstrap. Defaults to `0`.

    Returns:
        Plain values, those of `evaluate_bundle` up to `told`.

    Raises:
        UsageError: If it is a model of images, has no codebook or learned from other
            data.
        UserError: If the data cannot be used.
    """
    from vqkeras.evaluation.keras_models import keras_models

    check_general(run)
    models = keras_models(run)
    clips = held_out_clips(run.config.data, models.bundle)
    regenerated = Regenerated(models, {name: FILLERS[name] for name in _FILLERS})
    holes = held_out_holes(clips, models.bundle, count=regions, seed=seed)
    with progress(regions, "regions") as advance:
        for number, hole in enumerate(holes):
            regenerated.add(hole, seed=number)
            advance(1)
    return {
        "name": run.config.name,
        "number_format": "float32",
        "engine": models.engine.name,
        "data": run.config.data.name,
        "split": "test",
        "seed": seed,
        **regenerated.counts,
        "told": regenerated.told(seed=seed),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    parser = run_parser("vqkeras.evaluation.told_run", __doc__)
    return run_command(lambda given: _command(parser.parse_args(given)), arguments)


def _command(options: argparse.Namespace) -> None:
    check_report(options.out, force=options.force)
    report = told_run(codec_of(options.run))
    table = told_table_of(report)
    write_report(report, table, _ABOUT, options.out)
    print(table)


if __name__ == "__main__":
    sys.exit(main())
