"""Complaints of what comes in a thousand times a second, told now and then."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

# Seconds between two of them.
_QUIET_S = 1.0


class Complaints:
    """Passes on a complaint a second at most.

    Args:
        tell: Takes a line.
        clock: Monotonic time, in s. Defaults to `time.monotonic`.

    Example:

    >>> complain = Complaints(print)
    >>> complain("error: first")
    error: first
    >>> complain("error: second, at once")
    """

    def __init__(
        self,
        tell: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._tell = tell
        self._clock = clock
        self._told_s = -math.inf

    def __call__(self, text: str) -> None:
        """Tell it, unless one was told just now."""
        now_s = self._clock()
        if now_s - self._told_s >= _QUIET_S:
            self._told_s = now_s
            self._tell(text)
