"""What all command lines of this project do alike: names, errors and exit codes."""

from __future__ import annotations

import argparse
import contextlib
import errno
import io
import os
import signal
import stat
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NoReturn

from edge_runtime.errors import (
    MissingDependencyError,
    UsageError,
    UserError,
    how_to_install,
)


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


# Of what an error line may have: a file can put kilobytes into one.
_LONGEST_LINE = 600
_STDOUT_GONE = 141  # what a shell gives for SIGPIPE
_STREAM_ERRORS = (errno.EPIPE, errno.ENOSPC, errno.EBADF, errno.EIO)


class Terminated(KeyboardInterrupt):
    """SIGTERM, taken as Ctrl-C is: what was begun is cleaned up."""


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
        argv: Arguments after the program's name. Defaults to those of the process,
            which is then prepared for it: a missing standard stream swallows what is
            written, and SIGTERM ends it as Ctrl-C does.
        extra: What to install if a package is missing. Defaults to `None`: none can be.

    Returns:
        Exit code: 0 done, 1 failed, 2 usage, 3 a package is missing, 4 unusable model
        or audio file, 130 interrupted, 141 nobody takes what is printed, 143 ended by
        SIGTERM.
    """
    given = sys.argv[1:] if argv is None else list(argv)
    with _prepared_process() if argv is None else contextlib.nullcontext():
        return _run(program, given, extra)


def _run(
    program: Callable[[list[str]], int | None], given: list[str], extra: str | None
) -> int:
    try:
        try:
            code = program(given) or 0
            _flush_stdout()
            return code
        except ModuleNotFoundError as error:
            if extra is None:
                raise
            raise MissingDependencyError(
                f"Package {error.name} is missing. "
                f"Install it with: {how_to_install(extra)}"
            ) from error
    except UserError as error:
        if "--debug" in given:
            traceback.print_exc()
        _say(f"error: {one_line(str(error))}")
        return error.exit_code
    except KeyboardInterrupt as interrupt:
        is_terminated = isinstance(interrupt, Terminated)
        _say("terminated" if is_terminated else "interrupted")
        return 143 if is_terminated else 130
    except OSError as error:
        # A write that fails names no file: it may be what was printed, or another.
        if error.errno in _STREAM_ERRORS and _is_stdout_gone(error.errno):
            _silence_stdout()
            return _STDOUT_GONE
        if "--debug" in given:
            traceback.print_exc()
        # A name that is too long, a folder that may not be entered: whoever asks the
        # system for a file first hears of it.
        what = "" if error.filename is None else f"Cannot use {error.filename}: "
        _say(f"error: {one_line(f'{what}{error.strerror or error}')}.")
        return UserError.exit_code


def one_line(message: str, longest: int = _LONGEST_LINE) -> str:
    """A message that fits on a line and does nothing to a terminal.

    Args:
        message: Any text; it may come from a file.
        longest: Characters to keep. Defaults to `600`.

    Example:

    >>> one_line("a\\n  b \\x1b[2J" + 700 * "c", 20)
    'a b \\\\x1b[2Jccc [...]'
    """
    text = " ".join(message[: 8 * longest].split())
    text = "".join(
        character
        if character.isprintable()
        else character.encode("unicode_escape").decode()
        for character in text
    )
    return text if len(text) <= longest else f"{text[: longest - 6]} [...]"


@contextlib.contextmanager
def _prepared_process() -> Iterator[None]:
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            # Else the next file that is opened would be taken for it.
            os.open(os.devnull, os.O_RDWR)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A file's name may be of bytes that are no text.
            stream.reconfigure(errors="backslashreplace")
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _terminate)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _terminate(number: int, frame: object) -> NoReturn:
    raise Terminated


def _is_stdout_gone(number: int) -> bool:
    """Whether it is standard output that failed with that number."""
    if number in (errno.EPIPE, errno.EBADF):
        return True
    try:
        _flush_stdout()
        stream = sys.stdout.fileno()
        status = os.fstat(stream)
        if stat.S_ISREG(status.st_mode):
            return os.fstatvfs(stream).f_bavail == 0
        is_null = status.st_rdev == os.stat(os.devnull).st_rdev
        return stat.S_ISCHR(status.st_mode) and not os.isatty(stream) and not is_null
    except (OSError, ValueError, AttributeError):
        return True


def _flush_stdout() -> None:
    if sys.stdout is not None:
        sys.stdout.flush()


def _silence_stdout() -> None:
    """Throw away what cannot be delivered: the interpreter tries again at its end."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, sys.stdout.fileno())
        os.close(null)


def _say(line: str) -> None:
    with contextlib.suppress(OSError):
        print(line, file=sys.stderr)
