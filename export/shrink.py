"""Write a bundle again in fewer bytes; it gives the same to the last bit.

What an earlier version exported becomes as small as what this one exports, without its
data: parts of the network that say the same are written once, and of what its prior
must give in its self-test there is a sample.
"""

import argparse
import dataclasses
import sys
from collections.abc import Sequence
from pathlib import Path

from edge_runtime.bundle.bundle import Bundle
from edge_runtime.bundle.bundle_file import read_bundle
from edge_runtime.commands.program import Parser
from edge_runtime.engines.golden import check_golden
from edge_runtime.engines.load import load_engine
from edge_runtime.errors import UserError
from edge_runtime.output_file import check_output
from export.golden_logits import golden_logits
from export.tflite.bias_scales import with_shared_bias_scales
from export.tflite.graph_arrays import describe_graphs
from export.tflite.inner_prior import PRIOR_SIGNATURES
from export.written_bundle import add_output_options, write_with_report
from vqkeras.command import run_command

_ENGINES = ("litert", "numpy")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    return run_command(lambda given: _shrink(_parser().parse_args(given)), arguments)


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="python -m export.shrink", description=__doc__.partition("\n")[0]
    )
    parser.add_argument("bundle", type=Path, metavar="X.tflite", help="bundle to read")
    add_output_options(parser, metavar="Y.tflite")
    return parser


def _shrink(options: argparse.Namespace) -> None:
    check_output(options.output, force=options.force)
    before = read_bundle(options.bundle)
    bundle = shrunk(before)
    for engine in _ENGINES:
        # What the new one must give was recorded from the old one.
        if not check_golden(bundle, load_engine(bundle, engine)).passed:
            raise UserError(
                f"{options.bundle} would give something else with {engine}, once "
                "shrunk. Export it again with python -m export."
            )
    was = options.bundle.stat().st_size
    write_with_report(options, bundle, {"bytes_before": was}, {"was": f"{was} bytes"})


def shrunk(bundle: Bundle) -> Bundle:
    """A bundle of any version as small as one that is exported now.

    Args:
        bundle: With a prior or without one.

    Returns:
        The same codes, spectrograms and logits in fewer bytes.
    """
    flatbuffer = with_shared_bias_scales(bundle.flatbuffer, PRIOR_SIGNATURES)
    golden = {
        name: array
        for name, array in bundle.golden.items()
        if not name.startswith("prior_")
    }
    if bundle.prior is not None:
        engine = load_engine(bundle, "litert")
        golden |= golden_logits(engine, bundle, bundle.metadata["number_format"])
    return dataclasses.replace(
        bundle,
        flatbuffer=flatbuffer,
        golden=golden,
        graph=describe_graphs(flatbuffer),
    )


if __name__ == "__main__":
    sys.exit(main())
