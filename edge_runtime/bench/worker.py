"""A process of its own that edits the note whenever a line arrives.

Run by `edge_runtime.bench.edit_process`: cold start and memory can only be measured in
a process that has done nothing else.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict
from pathlib import Path

from edge_runtime.bench.memory import peak_memory_mb
from edge_runtime.bench.task import edit_note
from edge_runtime.bundle.bundle_file import read_bundle
from edge_runtime.engines.load import load_engine


def main(model: str, engine: str, threads: str, source: str, result: str) -> None:
    """Answer every line of standard input with the cost of an edit, as JSON.

    Args:
        model: Path of the bundle.
        engine: `"litert"` or `"numpy"`.
        threads: Threads of LiteRT, a number.
        source: Path of the note.
        result: Path to write to.
    """
    bundle = read_bundle(Path(model))
    running = load_engine(bundle, engine, threads=int(threads))
    for _ in sys.stdin:
        cost = edit_note(bundle, running, Path(source), Path(result))
        answer = asdict(cost) | {
            "peak_memory_mb": peak_memory_mb(),
            "cpu_since_start_s": time.process_time(),
        }
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
