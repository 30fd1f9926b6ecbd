"""`python -m vqkeras.evaluation.run_figures`: a run measured as `general` was.

As `vqkeras.evaluate`, on as many clips as that preset's figures are of, and without
holes, loops and found phases.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Any

from vqkeras.command import run_command
from vqkeras.datasets.credits import CREDITS
from vqkeras.datasets.example_blocks import evenly_spaced
from vqkeras.evaluation.general_run import check_general, no_kinds
from vqkeras.evaluation.kinds import evaluate_kinds, has_kinds
from vqkeras.evaluation.opus import opus_is_here
from vqkeras.evaluation.reconstruction import evaluate_reconstruction, fit_patches
from vqkeras.evaluation.report_files import (
    check_report,
    run_parser,
    write_report,
)
from vqkeras.evaluation.table import table_of
from vqkeras.presets.codec_of import codec_of
from vqkeras.presets.preset import Preset
from vqkeras.run import Run

# Clips that errors and codes are of, and of each kind of sound.
CLIPS, PER_KIND = 60, 12
_ABOUT = f"""\
What `vqkeras.evaluate` measures of spectrograms, on {CLIPS} clips, and of each kind of
sound, on up to {PER_KIND} clips, in Keras; holes, loops and found phases were not
measured. `opus`, where libsndfile has it, was asked for the rate of the codes; its bits
are those of whole files, with headers and pages of the container. Made by
`python -m vqkeras.evaluation.run_figures`."""


def run_figures(run: Run | Preset, *, seed: int = 0) -> dict[str, Any]:
    """Measure a run on unseen clips of all kinds of sound.

    Args:
        run: A trained run of sounds whose data says what kind each is, with codes; or
            a preset.
        seed: Of the k-means baseline. Defaults to `0`.

    Returns:
        Plain values, as `vqkeras.evaluate.evaluate` gives them: those of
        `evaluate_reconstruction`, and `kinds`.

    Raises:
        UsageError: If it is a model of images, has no codebook, or its data does not
            say what kind each sound is.
    """
    check_general(run, may_be_shards=True)
    test = run.dataset.test
    if not has_kinds(test):
        raise no_kinds(run)
    patches = fit_patches(run, seed=seed)
    figures = evaluate_reconstruction(
        run, test, limit=CLIPS, seed=seed, patches=patches
    )
    return {
        "name": run.config.name,
        "data": run.dataset.name,
        "split": "test",
        "num_examples": len(evenly_spaced(len(test), CLIPS)),
        "seed": seed,
        "note": CREDITS[run.dataset.name].division,
        **figures,
        "kinds": evaluate_kinds(
            run,
            test,
            limit=PER_KIND,
            patches=patches,
            opus_bps=figures["bitrate_bps"] if opus_is_here() else None,
        ),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    parser = run_parser("vqkeras.evaluation.run_figures", __doc__)
    return run_command(lambda given: _command(parser.parse_args(given)), arguments)


def _command(options: argparse.Namespace) -> None:
    check_report(options.out, force=options.force)
    figures = run_figures(codec_of(options.run))
    table = table_of(figures)
    write_report(figures, table, _ABOUT, options.out)
    print(table)


if __name__ == "__main__":
    sys.exit(main())
