"""Export a trained model to one bundle for the edge runtime, and say what it cost."""

import argparse
import dataclasses
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from edge_runtime.commands.program import Parser, called_as
from edge_runtime.errors import UsageError
from edge_runtime.output_file import check_output
from export.calibration import CALIBRATION_EXAMPLES
from export.tflite.number_formats import NUMBER_FORMATS
from export.tflite.quiet import quiet
from export.written_bundle import add_output_options, write_with_report
from vqkeras.command import run_command


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    return run_command(lambda given: _export(_parser().parse_args(given)), arguments)


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog=called_as("export", "vqkeras-export"), description=__doc__)
    parser.add_argument(
        "run",
        type=Path,
        metavar="RUN_OR_PRESET",
        help="folder of a finished run, or a preset",
    )
    parser.add_argument(
        "--prior",
        type=Path,
        metavar="DIR",
        help="folder of a finished training of a prior for it (default: a preset's "
        "own, if it has one)",
    )
    parser.add_argument(
        "--format",
        choices=NUMBER_FORMATS,
        default="int8",
        help="number format of weights, with int8 of activations too (default: int8)",
    )
    parser.add_argument(
        "--calibration",
        type=int,
        default=CALIBRATION_EXAMPLES,
        metavar="N",
        help="training examples that fix the int8 scales (default: %(default)s)",
    )
    add_output_options(parser, metavar="X.tflite")
    return parser


def _export(options: argparse.Namespace) -> None:
    check_output(options.output, force=options.force)
    if options.calibration < 1:
        raise UsageError(
            f"--calibration must be 1 or more. Received: {options.calibration}."
        )
    from export.finished_run import load_codec

    run = load_codec(options.run)
    # Only now TensorFlow: help and wrong arguments answer at once.
    with quiet():
        from export.bundle_run import bundle_run
        from export.bundled_prior import prior_of

    bundle, parity = bundle_run(
        run,
        number_format=options.format,
        calibration_count=options.calibration,
        prior=prior_of(run, options.prior),
    )
    rows = _rows(dataclasses.asdict(parity))
    if parity.prior:
        rows["prior"] = str(parity.prior)
    write_with_report(options, bundle, dataclasses.asdict(parity), rows)


def _rows(report: dict[str, Any]) -> dict[str, str]:
    """What the export cost, for people."""
    sounding = report["equal_codes_sounding"]
    change = report["nmse_exported"] / report["nmse_float"] - 1
    rows = {
        "equal codes": f"{report['equal_codes']:.2%}"
        + ("" if sounding is None else f" ({sounding:.2%} where it sounds)"),
        "nmse": f"{report['nmse_exported']:.4f} exported, "
        f"{report['nmse_float']:.4f} in Keras ({change:+.1%})",
    }
    for part in ("latents", "decoded"):
        rows[part] = (
            f"differ by {report[f'{part}_max_difference']:.2g} at most, "
            f"{report[f'{part}_mean_difference']:.2g} on average"
        )
    rows["measured on"] = f"{report['examples']} unseen examples"
    return rows


if __name__ == "__main__":
    sys.exit(main())
