"""What every command of this package does with errors."""

from __future__ import annotations

import sys
from collections.abc import Callable

from edge_runtime.errors import MissingDependencyError, UserError


def exit_code_of(command: Callable[[], None], *, debug: bool) -> int:
    """Run a command; report an error a user can cause as one line on stderr.

    Args:
        command: Does the work and returns nothing.
        debug: Whether such errors are raised, with their traceback.

    Returns:
        0 if all went well, 130 if interrupted, else the error's own code.
    """
    try:
        try:
            command()
        except ModuleNotFoundError as error:
            raise MissingDependencyError(
                f"Package {error.name} is missing. "
                "Install it with: pip install 'vqkeras[train]'"
            ) from error
    except UserError as error:
        if debug:
            raise
        print(f"error: {' '.join(str(error).split())}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return 130
    return 0
