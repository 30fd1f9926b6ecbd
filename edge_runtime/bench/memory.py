"""The most memory this process has held."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from edge_runtime.errors import UserError

_STATUS = Path("/proc/self/status")


def peak_memory_mb() -> float:
    """Largest resident memory so far, in MB (10**6 bytes).

    Raises:
        UserError: If the system does not say.
    """
    if _STATUS.exists():
        # Not `getrusage`: Linux starts its maximum at that of the parent process.
        found = re.search(r"^VmHWM:\s+(\d+) kB$", _STATUS.read_text(), re.MULTILINE)
        if found:
            return int(found[1]) * 1024 / 1e6
    try:
        import resource
    except ImportError as error:
        raise UserError("This system does not tell how much memory is used.") from error
    largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return largest * (1 if sys.platform == "darwin" else 1024) / 1e6
