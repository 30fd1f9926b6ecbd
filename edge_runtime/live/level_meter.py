"""How loud a session is, and a line of the terminal that shows it."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from typing import TextIO

import numpy as np
from numpy.typing import NDArray

Callback = Callable[[NDArray[np.float32], NDArray[np.float32]], None]

_QUIETEST_DB = -60.0
_STEPS = 12


class LevelMeter:
    """Notes the peaks of what passes through a callback, in and out.

    Args:
        callback: Takes a block `(samples, channels)` and fills a block.

    Example:

    >>> meter = LevelMeter(lambda block, output: np.copyto(output, 2 * block))
    >>> block = np.full((4, 1), 0.25, np.float32)
    >>> meter.callback(block, np.empty_like(block))
    >>> meter.line()
    'in  -12 dB #########...  out   -6 dB ##########..'
    """

    def __init__(self, callback: Callback) -> None:
        self._callback = callback
        self._peaks = [0.0, 0.0]

    def callback(self, block: NDArray[np.float32], output: NDArray[np.float32]) -> None:
        """Pass a block on, and note how loud it was and became."""
        self._callback(block, output)
        for place, samples in enumerate((block, output)):
            peak = float(np.fmax.reduce(np.abs(samples), axis=None, initial=0.0))
            self._peaks[place] = max(self._peaks[place], peak)

    def line(self) -> str:
        """The peaks since it was asked last."""
        peaks, self._peaks = self._peaks, [0.0, 0.0]
        return f"in {_bar(peaks[0])}  out {_bar(peaks[1])}"


def _bar(peak: float) -> str:
    level_db = _QUIETEST_DB
    if peak > 0.0:
        level_db = min(max(20.0 * math.log10(peak), _QUIETEST_DB), 60.0)
    share = min(1.0 - level_db / _QUIETEST_DB, 1.0)
    filled = math.floor(share * _STEPS)
    clipped = " CLIP" if level_db > 0.0 else ""
    return f"{level_db:4.0f} dB {'#' * filled}{'.' * (_STEPS - filled)}{clipped}"


class StatusLine:
    """Messages on standard error, with a line below them that is drawn anew.

    The line is drawn in a terminal alone, so that a log holds messages only.

    Args:
        stream: Where to. Defaults to `None`: standard error.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self.is_drawn = self._stream.isatty()

    def say(self, text: str) -> None:
        """Write a message."""
        self._stream.write(f"\r\x1b[K{text}\n" if self.is_drawn else f"{text}\n")
        self._stream.flush()

    def draw(self, text: str) -> None:
        """Replace the line, where there is one."""
        if self.is_drawn:
            self._stream.write(f"\r\x1b[K{text}")
            self._stream.flush()
