"""Where a worker writes: worker 0 into the run's folder, the others into nothing.

Saving a model adds up what the workers have counted, so every worker must save, at the
same moment. What the others write is thrown away.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vqkeras.distribution.cluster import Worker

# What a training reads of an earlier part of itself.
_READ = ("backup", "history.csv", "preset.json", "codes.npz")


@contextmanager
def worker_folder(run_dir: Path, worker: Worker) -> Iterator[Path]:
    """The folder a worker works in.

    Args:
        run_dir: Folder of the run, which worker 0 has prepared.
        worker: Which one it is.

    Returns:
        `run_dir` for worker 0. For the others a temporary folder, with a copy of what a
        resumed training needs; it is gone afterwards.
    """
    if worker.is_first:
        yield run_dir
        return
    with tempfile.TemporaryDirectory(prefix="vqkeras-worker-") as name:
        folder = Path(name)
        for part in _READ:
            if (run_dir / part).is_dir():
                shutil.copytree(run_dir / part, folder / part)
            elif (run_dir / part).is_file():
                shutil.copyfile(run_dir / part, folder / part)
        yield folder
