"""Holds back what the interpreter's C++ code says about itself on standard error."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_native_info() -> Iterator[None]:
    """Hold back lines that begin with `INFO:` from the process's standard error.

    The interpreter's C++ code writes there ("INFO: Created TensorFlow Lite XNNPACK
    delegate for CPU.") and has no switch in Python:
    https://github.com/tensorflow/tensorflow/issues/58050 (2022). All other lines come
    out, when the block ends.
    """
    sys.stderr.flush()
    kept = os.dup(2)
    with tempfile.TemporaryFile() as caught:
        os.dup2(caught.fileno(), 2)
        try:
            yield
        finally:
            sys.stderr.flush()
            os.dup2(kept, 2)
            os.close(kept)
            caught.seek(0)
            for line in caught:
                if not line.startswith(b"INFO:"):
                    os.write(2, line)
