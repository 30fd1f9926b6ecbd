"""Loading an engine, as the command line asked for it, without its greeting."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from edge_runtime.bundle.bundle import Bundle
from edge_runtime.engines import load as engines
from edge_runtime.engines.litert_engine import Codec


def add_engine_option(parser: argparse.ArgumentParser) -> None:
    """Add the choice of an engine."""
    parser.add_argument(
        "--engine",
        choices=engines.ENGINES,
        default="auto",
        help="what runs the model; auto takes LiteRT if it is installed, else numpy "
        "(default: %(default)s)",
    )


def load_engine(bundle: Bundle, engine: str = "auto", *, threads: int = 1) -> Codec:
    """Engine of a bundle; what the interpreter says about itself is not shown.

    Args:
        bundle: Model.
        engine: One of `ENGINES`. Defaults to `"auto"`.
        threads: Threads of LiteRT. Defaults to `1`.

    Raises:
        MissingDependencyError: If the engine is not installed.
        BundleError: If the model cannot be run.
    """
    with without_native_info():
        return engines.load_engine(bundle, engine, threads=threads)


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
