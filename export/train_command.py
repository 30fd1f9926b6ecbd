"""`vqkeras-train`: train what a config says, or `vqkeras-train own`: one's own sounds.

It lies here, above `vqkeras`, because `own` also exports.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    if given[:1] == ["own"]:
        from export.own.__main__ import main as own

        return own(given[1:])
    from vqkeras.train import main as train

    return train(given)
