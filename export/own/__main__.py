"""`python -m export.own SOUNDS -o X.tflite`: what `command` says."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from vqkeras.command import run_command


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    return run_command(_command, arguments)


def _command(given: list[str]) -> None:
    # Loaded here: that a package is missing which it needs is one line.
    from export.own.command import own_sounds

    own_sounds(given)


if __name__ == "__main__":
    sys.exit(main())
