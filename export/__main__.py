"""Export a trained model to one bundle for the edge runtime, and say what it cost."""

import argparse
import dataclasses
import json
import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from edge_runtime.bundle.bundle_file import write_bundle
from edge_runtime.commands.program import Parser, called_as
from edge_runtime.errors import UsageError
from edge_runtime.output_file import check_output
from export.calibration import CALIBRATION_EXAMPLES
from export.finished_run import load_codec
from export.tflite.number_formats import NUMBER_FORMATS
from export.tflite.quiet import quiet
from vqkeras.command import run_command


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: Command line without the program's name. Defaults to the process's.

    Returns:
        Exit code.
    """
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
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="X.tflite",
        help="bundle to write",
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
    parser.add_argument(
        "--force", action="store_true", help="replace the output if it exists"
    )
    parser.add_argument(
        "--json", action="store_true", help="print the report as one JSON document"
    )
    return parser


def _export(options: argparse.Namespace) -> None:
    check_output(options.output, force=options.force)
    if options.calibration < 1:
        raise UsageError(
            f"--calibration must be 1 or more. Received: {options.calibration}."
        )
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
    write_bundle(options.output, bundle, force=options.force)
    report = {
        "name": bundle.name,
        "number_format": options.format,
        "bundle_bytes": options.output.stat().st_size,
        "flatbuffer_bytes": len(bundle.flatbuffer),
        **dataclasses.asdict(parity),
    }
    table = _table(report) + (f"\nprior        {parity.prior}" if parity.prior else "")
    print(json.dumps(report, indent=2) if options.json else table)
    logging.getLogger(__name__).info("Wrote %s", options.output)


def _table(report: dict[str, Any]) -> str:
    """The report for people."""
    sounding = report["equal_codes_sounding"]
    change = report["nmse_exported"] / report["nmse_float"] - 1
    rows = {
        "model": f"{report['name']}, {report['number_format']}",
        "bundle": f"{report['bundle_bytes']} bytes "
        f"({report['flatbuffer_bytes']} of them the model)",
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
    return "\n".join(f"{name:12} {value}" for name, value in rows.items())


if __name__ == "__main__":
    sys.exit(main())
