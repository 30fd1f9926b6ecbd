"""Silence for native libraries that write to the terminal past Python's own streams."""

import os
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quiet(enabled: bool = True) -> Iterator[None]:
    """Drop what C++ code and Python warnings say on standard error.

    TensorFlow's converter logs its progress through the file descriptor, where neither
    `logging` nor `contextlib.redirect_stderr` sees it. Only wrap code whose failures
    arrive as exceptions: everything it prints is lost.

    Args:
        enabled: Whether to silence at all; false leaves everything as it is. Defaults
            to `True`.

    Example:

    >>> with quiet():
    ...     _ = os.write(2, b"never seen")
    """
    if not enabled:
        yield
        return
    sys.stderr.flush()
    terminal = os.dup(2)
    try:
        with tempfile.TemporaryFile() as sink, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            os.dup2(sink.fileno(), 2)
            yield
    finally:
        sys.stderr.flush()
        os.dup2(terminal, 2)
        os.close(terminal)
