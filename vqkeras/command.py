"""What every command of this package does alike: logging, errors and exit codes."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Sequence

from edge_runtime.commands.program import run_program


def run_command(
    command: Callable[[list[str]], None], arguments: Sequence[str] | None
) -> int:
    """As `run_program`, for commands that log and may load TensorFlow.

    Args:
        command: Parses arguments and does the work.
        arguments: Arguments after the command's name; `None` for the process's.

    Returns:
        Exit code, as of `run_program`.
    """
    # Standard output is for results.
    logging.basicConfig(
        level=logging.INFO, stream=sys.stderr, format="%(message)s", force=True
    )
    logging.getLogger("matplotlib").setLevel(logging.WARNING)  # it tells of its fonts
    # What TensorFlow has to say is raised too; what it logs beside is of its inside.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    return run_program(command, arguments, extra="train")
