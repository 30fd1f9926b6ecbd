"""Tells whether a call still runs, also after it was left by an exception."""

from __future__ import annotations

import sys
from types import FrameType


class CallWatch:
    """Remembers the innermost running call of a function by its name.

    Keras tells callbacks when `fit` ends, but not when an exception or Ctrl-C ends it.
    Once it has seen the end, the watch holds nothing of the call.

    Args:
        function_name: For example `"fit"`. Without such a call the watch never ends.
    """

    def __init__(self, function_name: str) -> None:
        frame: FrameType | None = sys._getframe()
        while frame is not None and frame.f_code.co_name != function_name:
            frame = frame.f_back
        self._frame = frame
        self._has_ended = False

    def has_ended(self) -> bool:
        """Whether the call is on no thread's stack any more."""
        if self._frame is not None and not self._is_running():
            self._frame = None
            self._has_ended = True
        return self._has_ended

    def _is_running(self) -> bool:
        for top in sys._current_frames().values():
            frame: FrameType | None = top
            while frame is not None:
                if frame is self._frame:
                    return True
                frame = frame.f_back
        return False
