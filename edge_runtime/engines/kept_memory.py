"""Memory that a process keeps for its next sound, instead of asking for it anew."""

from __future__ import annotations

import ctypes
from functools import cache

# Of glibc's malloc.h; others have no such function, or another meaning of these.
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
_KEPT, _LARGEST = 64 << 20, 32 << 20  # bytes; the latter is the most that it takes


@cache
def keep_memory() -> None:
    """Let this process keep what it frees, up to 64 MB, from now on.

    A spectrogram is made, and an edit too, through a handful of arrays of some MB each.
    By default the system takes every one back and clears it again. That costs a third
    of the time of preparing, and a tenth of what a click on the page waits.
    """
    try:
        set_option = ctypes.CDLL("libc.so.6").mallopt
    except (OSError, AttributeError):
        return  # not Linux with glibc
    set_option(_TRIM_THRESHOLD, _KEPT)
    set_option(_MMAP_THRESHOLD, _LARGEST)
