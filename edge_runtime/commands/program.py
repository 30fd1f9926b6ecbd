"""What all command lines of this project do alike: names, errors and exit codes."""

from __future__ import annotations

import argparse
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from edge_runtime.errors import MissingDependencyError, UsageError, UserError


def called_as(module: str, script: str) -> str:
    """How this program was called, for usage lines and hints.

    Args:
        module: The module that `python -m` runs.
        script: The console script that does the same.

    Example:

    >>> called_as("edge_runtime", "vqkeras-edge")
    'python -m edge_runtime'
    """
    return script if Path(sys.argv[0]).stem == script else f"python -m {module}"


class Parser(argparse.ArgumentParser):
    """A parser with `--debug`; its errors are raised, to be one line like all others.

    Args:
        options: As for `argparse.ArgumentParser`; options cannot be abbreviated.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_abbrev=False, **options)
        self.add_argument(
            "--debug", action="store_true", help="show where an error came from"
        )

    def error(self, message: str) -> NoReturn:
        """Refuse a command line.

        Raises:
            UsageError: Always.
        """
        raise UsageError(f"{message}. See: {self.prog} --help")


def run_program(
    program: Callable[[list[str]], int | None],
    argv: Sequence[str] | None = None,
    *,
    extra: str | None = None,
) -> int:
    """Run a program; an error that a user can cause is one line on standard error.

    Args:
        program: Parses arguments and does the work; may return an exit code. With
            `--debug` among the arguments an error is shown with its traceback.
        argv: Arguments after the program's name. Defaults to those of the process.
        extra: What to install if a package is missing. Defaults to `None`: none can be.

    Returns:
        Exit code: 0 done, 1 failed, 2 usage, 3 a package is missing, 4 unusable model
        or audio file, 130 interrupted.
    """
    given = sys.argv[1:] if argv is None else list(argv)
    try:
        try:
            return program(given) or 0
        except ModuleNotFoundError as error:
            if extra is None:
                raise
            raise MissingDependencyError(
                f"Package {error.name} is missing. "
                f"Install it with: pip install 'vqkeras[{extra}]'"
            ) from error
    except UserError as error:
        if "--debug" in given:
            traceback.print_exc()
        print(f"error: {' '.join(str(error).split())}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
