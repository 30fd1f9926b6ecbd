"""A log that strangers cannot fill."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable


class OncePerMinute(logging.Filter):
    """Lets each message through once a minute; how often it came stands behind it.

    Args:
        clock: Monotonic time, in s. Defaults to `time.monotonic`.
    """

    _PAUSE_S = 60.0
    _MOST = 100  # messages that are told apart

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._seen: dict[str, tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a record is to be written."""
        now_s = self._clock()
        key = str(record.msg)[:200]
        last_s, held = self._seen.get(key, (-self._PAUSE_S, 0))
        if now_s - last_s < self._PAUSE_S:
            self._seen[key] = last_s, held + 1
            return False
        if len(self._seen) >= self._MOST:
            self._seen.clear()
        self._seen[key] = now_s, 0
        if held:
            record.msg = f"{record.msg} (and {held} times more)"
        return True
