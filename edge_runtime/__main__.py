"""`python -m edge_runtime COMMAND`: spectrogram inpainting on the device."""

from __future__ import annotations

import argparse
import sys
import traceback
from collections.abc import Sequence
from typing import NoReturn

from edge_runtime.commands import (
    bench,
    energy,
    info,
    inpaint,
    live,
    reconstruct,
    serve,
    transform,
    verify,
)
from edge_runtime.errors import UsageError, UserError

COMMANDS = {
    "inpaint": inpaint,
    "reconstruct": reconstruct,
    "transform": transform,
    "info": info,
    "verify": verify,
    "bench": bench,
    "energy": energy,
    "serve": serve,
    "live": live,
}


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are raised, so that they are one line like all others."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}. See: {self.prog} --help")


def make_parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    parser = _Parser(
        prog="python -m edge_runtime", description=__doc__, allow_abbrev=False
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, module in COMMANDS.items():
        command = commands.add_parser(
            name,
            help=module.HELP,
            description=module.__doc__,
            allow_abbrev=False,
        )
        module.add_arguments(command)
        command.add_argument(
            "--debug", action="store_true", help="show where an error came from"
        )
        command.set_defaults(run=module.run)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        argv: Arguments after the program's name. Defaults to those of the process.

    Returns:
        Exit code: 0 done, 1 failed, 2 usage, 3 a package is missing, 4 unusable model
        or audio file, 130 interrupted.
    """
    given = sys.argv[1:] if argv is None else list(argv)
    try:
        arguments = make_parser().parse_args(given)
        code: int = arguments.run(arguments)
    except UserError as error:
        if "--debug" in given:
            traceback.print_exc()
        print(f"error: {' '.join(str(error).split())}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    return code


if __name__ == "__main__":
    sys.exit(main())
