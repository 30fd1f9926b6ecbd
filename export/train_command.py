"""`vqkeras-train`: train what a config says, or `vqkeras-train own`: one's own sounds.

It lies here, above `vqkeras`, because `own` also exports.
"""

from __future__ import annotations

from collections.abc import Sequence

from vqkeras.command import run_command


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    return run_command(_command, arguments)


def _command(given: list[str]) -> None:
    # Loaded here: that a package is missing which one of them needs is one line.
    if given[:1] == ["own"]:
        from export.own.command import own_sounds

        own_sounds(given[1:])
    else:
        from vqkeras.train import train_as_told

        train_as_told(given)
