"""Preparing and what it costs: CPU a note, memory of a worker, the same bytes always.

NSynth's notes of `$VQKERAS_DATA` and five files that are broken in five ways, as
`spectrogram: {}`, by one worker, two, two that are killed three times, compressed, and
each engine that is installed. Exits with 1 if a note takes more than 9 ms or a worker
more than 120 MB, or if bytes differ.

    VQKERAS_DATA=/path/to/data python tests/benchmarks/bench_prepare.py [--limit N]
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CPU_MS, MEMORY_MB, KILLS = 9.0, 120.0, 3
ENGINES = {"spark": "pyspark", "dask": "distributed", "beam": "apache_beam"}
BROKEN = {
    "empty": b"",
    "letters": b"no sound at all, but letters\n" * 9,
    "cut": b"RIFF\x24\xf4\x01\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00",
    "nan": None,
    "gone": None,
}
PREPARE = """
import json, sys
from dataclasses import asdict
from pathlib import Path
from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras.datasets import DataConfig
from vqkeras.prepare import prepare

if __name__ == "__main__":
    notes, out, how = sys.argv[1], Path(sys.argv[2]), json.loads(sys.argv[3])
    config = DataConfig("nsynth", dir=notes, cache_dir=notes + "/cache")
    done = prepare(config, SpectrogramSettings(), out, max_bad=0.5, **how)
    print(json.dumps(asdict(done)))
"""


def make_notes(folder: Path, limit: int | None) -> int:
    """Links to the notes and five broken files; gives the number of all."""
    import numpy as np
    import soundfile

    source = Path(os.environ.get("VQKERAS_DATA", "")) / "nsynth"
    examples = json.loads((source / "examples.json").read_text())
    kept = dict([*examples.items()][:: len(examples) // (limit or len(examples))])
    (folder / "audio").mkdir(parents=True)
    for name in kept:
        (folder / "audio" / f"{name}.flac").symlink_to(source / f"audio/{name}.flac")
    for number, (name, content) in enumerate(BROKEN.items()):
        like = [*examples.values()][number * len(kept) // len(BROKEN)]
        note = f"{like['instrument_str']}-000-00{number}"
        kept[note] = {**like, "note_str": note}
        path = folder / "audio" / f"{note}.wav"
        if name == "nan":
            soundfile.write(path, np.full(9, np.nan), 16000, subtype="FLOAT")
        elif content is not None:
            path.write_bytes(content)
        if path.exists():
            os.utime(path, (0, 0))  # a shard's key follows from the time of change
    (folder / "examples.json").write_text(json.dumps(kept))
    return len(kept)


def program(place: str, text: str, *arguments: object) -> list[str]:
    """A command line; a file, for workers that are spawned import it again."""
    path = Path(place) / f"program-{hashlib.sha256(text.encode()).hexdigest()}.py"
    path.write_text(text)
    return [sys.executable, str(path), *map(str, arguments)]


def result(command: list[str]) -> object:
    """What a program prints as JSON on its last line."""
    done = subprocess.run(command, capture_output=True, text=True, env=environment())
    if done.returncode:
        raise SystemExit(done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


def environment() -> dict[str, str]:
    """One thread each, and the packages that this program sees."""
    path = os.pathsep.join([str(Path(__file__).parents[2]), *filter(None, sys.path)])
    return os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": path}


def digest(folder: Path, notes: Path) -> str:
    """Of the names and bytes of all files, but for where the notes are."""
    found = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        content = path.read_bytes().replace(str(notes).encode(), b"notes")
        found.update(path.name.encode() + content)
    return found.hexdigest()[:12]


def kill(command: list[str], seconds: float) -> None:
    """Begin, and end it after some seconds."""
    quiet = subprocess.DEVNULL
    begun = subprocess.Popen(command, env=environment(), stdout=quiet, stderr=quiet)
    time.sleep(seconds)
    begun.kill()
    begun.wait()


def main() -> int:
    """Run; 1 if a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--limit", type=int, help="notes (default: all)")
    parser.add_argument("--only", nargs="*", help="ways of preparing (default: all)")
    options = parser.parse_args()
    if not (Path(os.environ.get("VQKERAS_DATA", "")) / "nsynth").is_dir():
        print("$VQKERAS_DATA has no nsynth: nothing is measured.")
        return 0
    ways = {
        "one worker": {"shard_size": 64},
        "two workers": {"workers": 2, "shard_size": 64},
        "two, killed": {"workers": 2, "shard_size": 64},
        "compressed": {"compressed": True, "shard_size": 64},
    }
    for engine, module in ENGINES.items():
        if importlib.util.find_spec(module):
            ways[engine] = {"workers": 2, "engine": engine, "shard_size": 64}
    failed, bytes_of = False, {}
    with tempfile.TemporaryDirectory() as place:
        notes, rng = Path(place) / "notes", random.Random(0)
        count = make_notes(notes, options.limit)
        print(f"{count} files. CPU and memory are of the workers.")
        for name, how in ways.items():
            if options.only and name not in options.only:
                continue
            out, start = Path(place) / name, time.monotonic()
            command = program(place, PREPARE, notes, out, json.dumps(how))
            for _ in range(KILLS if "killed" in name else 0):
                kill(command, rng.uniform(1.0, 15.0))
            done = result(command)
            bytes_of[name] = digest(out, notes)
            ms, mb = 1000 * done["cpu_s"] / count, done["peak_mb"]
            print(
                f"{name}: {ms:.1f} ms of CPU a file, {mb:.0f} MB a worker, "
                f"{done['num_bytes'] / 1e6:.0f} MB of shards, {done['num_good']} good, "
                f"{done['num_bad']} bad, {time.monotonic() - start:.0f} s, "
                f"bytes {bytes_of[name]}",
                flush=True,
            )
            failed |= mb > MEMORY_MB or (name == "one worker" and ms > CPU_MS)
        bytes_of.pop("compressed", None)
        failed |= len(set(bytes_of.values())) > 1
        print("The same bytes." if len(set(bytes_of.values())) < 2 else bytes_of)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
