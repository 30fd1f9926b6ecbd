"""Reading the same rows from ever more shards: time, memory, open files.

2,000 rows of 126 kB, written as 10, 100 and 1,000 shards, plain and compressed; crops
of half of each row are read in random order, with what is known of the row, in a
process of its own. Memory is the process's own (`RssAnon`), without pages of files that
the system may take back; both are beside what they were before the first row. Exits
with 1 if more shards take more than 2 MB more than fewer, or more than 64 files.

    python tests/benchmarks/bench_shards.py
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from vqkeras.datasets.shard_files import (
    COMPRESSED,
    PLAIN,
    RowWriter,
    ShardedMetadata,
    ShardedRows,
    stem_of,
)

ROWS, SHAPE, COUNTS = 2000, (126, 500, 1), (10, 100, 1000)


def write_shards(folder, count, compressed):
    """All rows in so many shards."""
    noise = np.random.default_rng(0).normal(0.5, 0.1, SHAPE).astype("<f2")
    end, number = COMPRESSED if compressed else PLAIN, ROWS // count
    for shard in range(count):
        with (folder / (stem_of("train", shard) + end)).open("wb") as file:
            writer = RowWriter(file, SHAPE, "<f2", compressed=compressed)
            for _ in range(number):
                writer.write(noise)
            writer.close()
        known = [{"note_str": f"note {shard}-{row}"} for row in range(number)]
        path = folder / f"{stem_of('train', shard)}.json"
        facts = {"rows": known} | {key: [] for key in ("bad", "sums", "squares")}
        path.write_text(json.dumps(facts))


def held():
    """Own memory in MB, and open files."""
    lines = Path("/proc/self/status").read_text().splitlines()
    (own,) = [line for line in lines if line.startswith("RssAnon")]
    return int(own.split()[1]) * 1024 / 1e6, len(os.listdir("/proc/self/fd"))


def read(folder, count, compressed):
    """CPU time of a crop in ms, and most memory and files."""
    before, most, rng = held(), (0.0, 0), np.random.default_rng(0)
    start = time.process_time()
    counts = [ROWS // count] * count
    rows = ShardedRows(folder, "train", counts, SHAPE, compressed=compressed)
    metadata = ShardedMetadata(folder, "train", rows)
    for number, row in enumerate(rng.permutation(ROWS)):
        first = rng.integers(SHAPE[0] // 2)
        np.array(rows[int(row), first : first + SHAPE[0] // 2])
        assert metadata[int(row)]["note_str"]
        if number % 100 == 99:
            most = tuple(map(max, most, held()))
    ms = 1000 * (time.process_time() - start) / ROWS
    return ms, most[0] - before[0], most[1] - before[1]


def main() -> int:
    """Run; 1 if it grows."""
    if sys.argv[1:2] == ["--read"]:
        place, count, compressed = sys.argv[2:]
        print(json.dumps(read(Path(place), int(count), compressed == "True")))
        return 0
    failed = False
    for compressed in (False, True):
        memories = []
        for count in COUNTS:
            with tempfile.TemporaryDirectory() as place:
                write_shards(Path(place), count, compressed)
                command = [sys.executable, __file__, "--read", place, str(count)]
                done = subprocess.run(
                    [*command, str(compressed)],
                    stdout=subprocess.PIPE,
                    text=True,
                    check=True,
                    env=os.environ | {"OMP_NUM_THREADS": "1"},
                )
            ms, memory, files = json.loads(done.stdout)
            memories.append(memory)
            kind = "compressed" if compressed else "plain"
            print(
                f"{count} {kind} shards: {ms:.2f} ms of CPU a crop, {memory:.1f} MB "
                f"and {files} files more than before",
                flush=True,
            )
            failed |= files > 64
        failed |= memories[-1] > min(memories) + 2.0
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
