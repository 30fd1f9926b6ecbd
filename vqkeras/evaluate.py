"""`python -m vqkeras.evaluate`: measure a run or bundle on unseen data."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edge_runtime.bundle.shipped import SHIPPED_MODELS, load_model
from edge_runtime.commands.program import Parser, called_as
from edge_runtime.errors import UsageError
from vqkeras.command import run_command

if TYPE_CHECKING:
    from vqkeras.run import Run

_ABOUT_RUNS = "What `vqkeras.evaluate` measures of a run, in Keras."
# The preset whose division of `general` says what is unheard.
_DATA_OF = "general"


def evaluate(
    run: Run, *, split: str = "test", limit: int | None = None, seed: int = 0
) -> dict[str, Any]:
    """Measure a run and the baselines on one split of its data.

    Args:
        run: A trained run, from `load_run`.
        split: `"test"`, `"validation"` or `"train"`. Defaults to `"test"`.
        limit: At most this many examples, evenly spaced. Defaults to all.
        seed: Of baselines and holes. Defaults to `0`.

    Returns:
        Plain values: what was measured (`name`, `data`, `split`, `num_examples`,
        `seed`, `note`), those of `evaluate_reconstruction`, and for sound `sound`, what
        `evaluate_sound` gives; `kinds`, the rows of `evaluate_kinds`, where the data
        says what kind each sound is; `loops`, the rows of `evaluate_loops`, where
        `$VQKERAS_DATA` holds loops; and `inpainting`, those of `evaluate_inpainting`,
        where a cell has one code: no prior predicts several. Of images, `mse` is also
        there as `<split>_mse`.

    Raises:
        UsageError: If the data has no such split.
    """
    from vqkeras.datasets.credits import CREDITS
    from vqkeras.datasets.example_blocks import evenly_spaced
    from vqkeras.evaluation.inpainting import evaluate_inpainting
    from vqkeras.evaluation.kinds import evaluate_kinds, has_kinds
    from vqkeras.evaluation.loops import evaluate_loops, loop_files
    from vqkeras.evaluation.opus import opus_is_here
    from vqkeras.evaluation.reconstruction import evaluate_reconstruction, fit_patches
    from vqkeras.evaluation.sound import evaluate_sound

    examples = getattr(run.dataset, split)
    if not examples:
        raise UsageError(f"{run.folder} has no {split} split. Choose another --split.")
    patches = fit_patches(run, seed=seed) if run.has_codebook else None
    report: dict[str, Any] = {
        "name": run.config.name,
        "data": run.dataset.name,
        "split": split,
        "num_examples": len(evenly_spaced(len(examples), limit)),
        "seed": seed,
        "note": CREDITS[run.dataset.name].division,
        **evaluate_reconstruction(
            run, examples, limit=limit, seed=seed, patches=patches
        ),
    }
    if run.config.spectrogram is None:
        report[f"{split}_mse"] = report["mse"]
        return report
    report["sound"] = evaluate_sound(
        run, examples, limit=limit, seed=seed, patches=patches
    )
    if has_kinds(examples):
        report["kinds"] = evaluate_kinds(
            run,
            examples,
            limit=limit,
            patches=patches,
            opus_bps=report.get("bitrate_bps") if opus_is_here() else None,
        )
    files = loop_files()
    if files:
        report["loops"] = evaluate_loops(run, files, patches=patches)
    if run.has_codebook and run.config.model.codebooks == 1:
        report["inpainting"] = evaluate_inpainting(
            run, examples, limit=limit, seed=seed
        )
    return report


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    return run_command(lambda given: _command(_parser().parse_args(given)), arguments)


def _command(options: argparse.Namespace) -> None:
    from vqkeras.evaluation.bundle_table import ABOUT, bundle_table_of
    from vqkeras.evaluation.report_files import check_report, write_report
    from vqkeras.evaluation.table import table_of

    if options.limit is not None and options.limit < 1:
        raise UsageError(f"--limit must be 1 or more. Received: {options.limit}.")
    if options.seed < 0:
        raise UsageError(f"--seed must be 0 or more. Received: {options.seed}.")
    if options.out is not None:
        check_report(options.out, force=options.force)
    if _is_bundle(options.run):
        report = _bundle_report(options)
        table, about = bundle_table_of(report), ABOUT
    else:
        report = _run_report(options)
        table, about = table_of(report), _ABOUT_RUNS
    if options.out is not None:
        write_report(report, table, about, options.out)
        if _is_bundle(options.run):
            _draw_fills(options)
    print(json.dumps(report, indent=2) if options.json else table)


def _is_bundle(path: Path) -> bool:
    """Whether this is a file, or the name of one that ships, and no folder of a run."""
    return not path.is_dir() and (
        path.suffix == ".tflite" or str(path) in SHIPPED_MODELS
    )


def _run_report(options: argparse.Namespace) -> dict[str, Any]:
    from vqkeras.run import load_run

    run = load_run(options.run)
    return evaluate(run, split=options.split, limit=options.limit, seed=options.seed)


def _bundle_report(options: argparse.Namespace) -> dict[str, Any]:
    from vqkeras.evaluation.bundle_report import REGIONS, evaluate_bundle
    from vqkeras.presets.preset import load_preset

    if options.split != "test":
        raise UsageError(
            "A bundle is judged on what its training never heard. Leave out --split."
        )
    return evaluate_bundle(
        load_model(options.run),
        load_preset(_DATA_OF).config.data,
        regions=options.limit or REGIONS,
        seed=options.seed,
    )


def _draw_fills(options: argparse.Namespace) -> None:
    from vqkeras.evaluation.fills_figure import draw_fills
    from vqkeras.presets.preset import load_preset

    draw_fills(
        load_model(options.run),
        load_preset(_DATA_OF).config.data,
        options.out.with_suffix(".png"),
        seed=options.seed,
    )


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog=called_as("vqkeras.evaluate", "vqkeras-evaluate"),
        description="Measure a trained run beside its baselines: the mean, a k-means "
        "codebook of patches at the same rate and, for holes, what needs no model. "
        "Sound is measured as spectrogram, as sound after phase reconstruction and, "
        "where $VQKERAS_DATA holds loops, on those. A bundle is judged by what is heard"
        " of regions that the whole program regenerates in $VQKERAS_DATA/general: "
        "whether trees can tell them from the originals, their level, how far takes "
        "are apart, and holes in noise.",
    )
    parser.add_argument(
        "run",
        type=Path,
        metavar="RUN",
        help="folder of a run; or a bundle, or the name of one that ships",
    )
    parser.add_argument(
        "--split",
        choices=("test", "validation", "train"),
        default="test",
        help="what to measure on (default: test)",
    )
    parser.add_argument(
        "--limit",
        type=int,
        metavar="N",
        help="at most N examples (default: all); of a bundle, regions (default: 240)",
    )
    parser.add_argument(
        "--seed", type=int, default=0, help="of baselines and holes (default: 0)"
    )
    parser.add_argument(
        "--json", action="store_true", help="print one JSON document, not a table"
    )
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FILE.json",
        help="also write the figures there, and the table beside it, as FILE.md",
    )
    parser.add_argument(
        "--force", action="store_true", help="replace what lies at --out"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
