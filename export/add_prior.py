"""Add a prior to a bundle that is there already; its codec stays as it is."""

import argparse
import dataclasses
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from edge_runtime.bundle.bundle_file import read_bundle
from edge_runtime.commands.program import Parser
from edge_runtime.errors import UserError
from edge_runtime.output_file import check_output
from export.finished_run import load_codec
from export.tflite.quiet import quiet
from export.written_bundle import add_output_options, write_with_report
from vqkeras.command import run_command


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    return run_command(lambda given: _add(_parser().parse_args(given)), arguments)


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="python -m export.add_prior", description=__doc__)
    parser.add_argument(
        "bundle", type=Path, metavar="X.tflite", help="bundle of the codec, without one"
    )
    parser.add_argument(
        "codec",
        type=Path,
        metavar="RUN_OR_PRESET",
        help="what the bundle was made of: folder of a run, or a preset",
    )
    parser.add_argument(
        "--prior",
        type=Path,
        metavar="DIR",
        help="folder of a finished training of a prior (default: the preset's own)",
    )
    add_output_options(parser, metavar="Y.tflite")
    return parser


def _add(options: argparse.Namespace) -> None:
    check_output(options.output, force=options.force)
    bundle = read_bundle(options.bundle)
    if bundle.prior is not None:
        raise UserError(
            f"{options.bundle} has a prior already. Export its codec again with "
            "python -m export."
        )
    codec = load_codec(options.codec)
    # Only now TensorFlow: help and wrong arguments answer at once.
    with quiet():
        from export.bundle_run import short_codebook
        from export.bundled_prior import prior_of, with_prior

    prior = prior_of(codec, options.prior)
    if prior is None:
        raise UserError(
            f"{options.codec} has no prior. Train one with "
            "python -m vqkeras.train_prior and name its folder, --prior."
        )
    codebook = short_codebook(codec.model.quantizer.codebook.numpy())
    if not np.array_equal(codebook, bundle.codebook):
        raise UserError(
            f"{options.bundle} was made of another codec than {options.codec}: its "
            "codes mean something else. Export that with python -m export."
        )
    bundle, parity = with_prior(bundle, prior, codec)
    write_with_report(
        options, bundle, dataclasses.asdict(parity), {"prior": str(parity)}
    )


if __name__ == "__main__":
    sys.exit(main())
