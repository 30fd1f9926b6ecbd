"""One way of running a model, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edge_runtime.errors import UserError

# Numpy's matrix products take their number of threads from here, at import.
_THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)


@dataclass(frozen=True)
class Setup:
    """What is compared.

    Attributes:
        model: Path of the bundle.
        number_format: Its number format.
        engine: `"litert"` or `"numpy"`.
        threads: Number of threads.
    """

    model: Path
    number_format: str
    engine: str
    threads: int


class EditProcess:
    """A fresh process that edits the note on demand. Close it after use.

    Args:
        setup: How it runs which model.
        source: Path of the note.
    """

    def __init__(self, setup: Setup, source: Path) -> None:
        result = source.with_name(f"{source.stem}-{id(self)}.wav")
        arguments = [setup.model, setup.engine, setup.threads, source, result]
        threads = dict.fromkeys(_THREAD_VARIABLES, str(setup.threads))
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115  as long as it runs
        self._start_s = time.perf_counter()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "edge_runtime.bench.worker", *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            env=os.environ | threads,
        )

    def edit(self) -> dict[str, Any]:
        """Cost of one edit, and `since_start_s`: s since the process was started.

        Raises:
            UserError: If the process has ended instead.
        """
        reader, writer = self._process.stdout, self._process.stdin
        line = ""
        if reader is not None and writer is not None and self._process.poll() is None:
            try:
                writer.write("edit\n")
                writer.flush()
            except BrokenPipeError:
                pass  # it has just ended; what it said comes below
            line = reader.readline()
        if not line:
            self._errors.seek(0)
            said = self._errors.read().strip().splitlines() or ["no message"]
            raise UserError(f"A measured process ended: {said[-1]}")
        answer: dict[str, Any] = json.loads(line)
        return answer | {"since_start_s": time.perf_counter() - self._start_s}

    def close(self) -> None:
        """End the process."""
        self._process.communicate()
        self._errors.close()
