"""A plan of very many files: time, memory, and the same command when all is there.

A store that lists N files is simulated, so no sound is read; shards of 256 stand in as
files of five bytes beside all that is known of them. Each number of files is a process
of its own. Exits with 1 if ten times the files take more than 15 times the time, or
more than ten times the memory.

    python tests/benchmarks/bench_plan.py [--files 10000 100000 1000000]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import fsspec
from fsspec.spec import AbstractFileSystem

from edge_runtime.bench.memory import peak_memory_mb
from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras.datasets import DataConfig
from vqkeras.prepare import prepare
from vqkeras.prepare.plan import plan_of

SETTINGS, SIZE = SpectrogramSettings(), 256
PLACE = DataConfig("folder", dir="listed://bucket/sounds")
# More than linear growth: caches that no longer hold all, and sorting.
TIME, MEMORY = 15.0, 10.0


class Listed(AbstractFileSystem):
    """A store that has names and nothing behind them."""

    protocol = "listed"
    count = 0

    def find(self, path, detail=False, **options):
        """All of them, in a thousand folders."""
        return {
            f"{path}/{i % 1000:03d}/sound_{i:07d}.flac": {
                "size": 200_000 + i % 999,
                "mtime": 1.7e9 + i,
            }
            for i in range(self.count)
        }


def write_stand_ins(plan, out):
    """What a run would leave; gives the CPU time of describing all jobs."""
    start, spent = time.process_time(), 0.0
    for job in plan.jobs(out, SETTINGS, size=SIZE, compressed=False):
        spent += time.process_time() - start
        names = [item.name for item in job.items]
        facts = {
            "key": job.key,
            "good": len(names),
            "bad": [],
            "rows": [{"note_str": name, "start_s": 0.0} for name in names],
            "sums": [12345.678901] * len(names),
            "squares": [2345.678901] * len(names),
            "bytes": 5,
        }
        (out / f"{job.stem}.json").write_text(json.dumps(facts))
        (out / f"{job.stem}.npy").write_bytes(b"12345")
        if job.with_audio:
            (out / f"{job.stem}.audio.npy").touch()
        start = time.process_time()
    return spent


def measure(count):
    """CPU times and memory for so many files, as plain values."""
    Listed.count = count
    fsspec.register_implementation("listed", Listed)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        start = time.process_time()
        plan = plan_of(PLACE, SETTINGS)
        plan_s = time.process_time() - start + write_stand_ins(plan, out)
        del plan
        start = time.process_time()
        done = prepare(PLACE, SETTINGS, out, shard_size=SIZE)
        again_s = time.process_time() - start
        assert done.num_made == 0, "all was there"
        manifest_kb = (out / "manifest.json").stat().st_size / 1000
    return {
        "plan_s": plan_s,
        "again_s": again_s,
        "memory_mb": peak_memory_mb(),
        "manifest_kb": manifest_kb,
    }


def main() -> int:
    """Run; 1 if growth is more than linear."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one is not None:
        print(json.dumps(measure(options.one)))
        return 0
    failed, before = False, None
    for count in options.files:
        done = subprocess.run(
            [sys.executable, __file__, "--one", str(count)],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            env=os.environ | {"OMP_NUM_THREADS": "1"},
        )
        found = json.loads(done.stdout)
        print(
            f"{count} files: plan {found['plan_s']:.1f} s of CPU, the same command "
            f"again {found['again_s']:.1f} s, {found['memory_mb']:.0f} MB, manifest "
            f"{found['manifest_kb']:.0f} kB",
            flush=True,
        )
        if before is not None:
            more = count / before[0] / 10
            slower = max(found[key] / before[1][key] for key in ("plan_s", "again_s"))
            larger = found["memory_mb"] / before[1]["memory_mb"]
            failed |= slower > TIME * more or larger > MEMORY * more
        before = count, found
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
