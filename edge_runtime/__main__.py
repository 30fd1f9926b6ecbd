"""`vqkeras-edge COMMAND`: spectrogram inpainting on the device."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from edge_runtime.commands import (
    apply,
    bench,
    decode,
    doctor,
    encode,
    energy,
    info,
    inpaint,
    live,
    reconstruct,
    serve,
    sign,
    transform,
    verify,
)
from edge_runtime.commands.program import Parser, called_as, run_program

COMMANDS = {
    "inpaint": inpaint,
    "reconstruct": reconstruct,
    "transform": transform,
    "apply": apply,
    "encode": encode,
    "decode": decode,
    "info": info,
    "verify": verify,
    "sign": sign,
    "bench": bench,
    "energy": energy,
    "serve": serve,
    "live": live,
    "doctor": doctor,
}


def make_parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    parser = Parser(
        prog=called_as("edge_runtime", "vqkeras-edge"),
        description="Spectrogram inpainting on the device.",
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, module in COMMANDS.items():
        command = commands.add_parser(
            name, help=module.HELP, description=module.__doc__
        )
        module.add_arguments(command)
        command.set_defaults(run=module.run)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        argv: Arguments after the program's name. Defaults to those of the process.

    Returns:
        Exit code, as of `run_program`.
    """
    return run_program(_run, argv)


def _run(given: list[str]) -> int:
    arguments = make_parser().parse_args(given)
    code: int = arguments.run(arguments)
    return code


if __name__ == "__main__":
    sys.exit(main())
