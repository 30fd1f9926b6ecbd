"""`make kills`: programs killed at random moments, and what came of them in the end.

What must hold after each kill: an older file or the whole new one is there. Started
anew, a program comes to the end, with the same files as one that nobody killed, bit by
bit; and nothing else is left.
"""

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.writers import MODEL, make_sound

# Of temporary files; older ones are swept by the next write.
TEMPORARY, OLD_S = ".vqkeras-", 3600.0


@dataclass(frozen=True)
class Program:
    """A program that writes in a folder.

    Attributes:
        run: Begins, or goes on with what lies there.
        results: What must be the same in the end, by name.
        load: Imports what it needs, once for all children.
        older: A file that each round begins with, if any, by name.
    """

    run: Callable[[Path], object]
    results: Callable[[Path], dict[str, bytes]]
    load: Callable[[], object] = lambda: None
    older: dict[str, bytes] = field(default_factory=dict)


def edit(folder: Path) -> None:
    """Replace a sound by an edit of another one."""
    from edge_runtime.__main__ import main

    files = [str(make_sound(folder)), "-o", str(folder / "out.wav"), "--force"]
    if main(["inpaint", *files, "--time", "0.1:0.3", *MODEL]) != 0:
        raise SystemExit(1)


def edited(folder: Path) -> dict[str, bytes]:
    """The sound."""
    path = folder / "out.wav"
    return {path.name: path.read_bytes()} if path.exists() else {}


def train(folder: Path) -> None:
    """Train the tiny model of the tests, or go on."""
    import tensorflow as tf

    from tests.vqkeras.conftest import CONFIG, load_images, with_training
    from vqkeras import training
    from vqkeras.train import train as train_run

    tf.config.run_functions_eagerly(True)
    training.load_dataset = load_images
    run_dir = folder / "run"
    is_begun = (run_dir / "config.yaml").exists()
    train_run(with_training(CONFIG, epochs=8), run_dir, resume=is_begun)


def trained(folder: Path) -> dict[str, bytes]:
    """The history without what depends on the machine, and the weights."""

    from tests.vqkeras.conftest import history_of

    run_dir = folder / "run"
    if not (run_dir / "summary.json").exists():
        return {}
    names = ["best.keras", "last.keras"]
    weights = {name: weights_of(run_dir / name) for name in names}
    return weights | {"history": repr(history_of(run_dir)).encode()}


def weights_of(path: Path) -> bytes:
    """Weights of a Keras file, without the dates of its zip."""
    import zipfile

    with zipfile.ZipFile(path) as archive:
        return archive.read("model.weights.h5")


def load_keras() -> None:
    """What a training needs, before children are made."""
    import vqkeras.training
    from vqkeras import train as _

    assert vqkeras.training and _


PROGRAMS = {
    "edit": Program(edit, edited, older={"out.wav": b"an older sound"}),
    "train": Program(train, trained, load_keras),
}


def in_child(run: Callable[[Path], object], folder: Path, kill_s: float | None):
    """Run in a child, killed after some seconds; gives its status and how long."""
    start = time.monotonic()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, 1)
            run(folder)
            code = 0
        finally:
            os._exit(code)
    if kill_s is not None:
        time.sleep(kill_s)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return status, time.monotonic() - start


def survives(program: Program, kills: int, seed: int, place: Path) -> list[str]:
    """What was wrong when a program was killed so often; nothing, it is hoped."""
    rng, faults = random.Random(seed), []
    program.load()
    undisturbed, folder = place / "a" / "out", place / "b" / "out"
    for each in (undisturbed, folder):
        each.mkdir(parents=True)
    status, whole_s = in_child(program.run, undisturbed, None)
    expected = program.results(undisturbed)
    if status or not expected:
        return [f"it does not even run undisturbed: {status}"]
    for number in range(kills):
        for name, content in program.older.items():
            (folder / name).write_bytes(content)
        before = program.results(folder)
        in_child(program.run, folder, rng.uniform(0.0, whole_s))
        after = program.results(folder)
        if after not in (before, expected):
            faults.append(f"kill {number}: neither the old nor the new")
        for left in folder.rglob(f"{TEMPORARY}*"):
            os.utime(left, (time.time() - OLD_S,) * 2)  # as if it had been long ago
    status, _ = in_child(program.run, folder, None)
    if status:
        faults.append(f"in the end it does not run any more: {status}")
    if program.results(folder) != expected:
        faults.append("in the end it gives something else")
    left = [path.name for path in folder.rglob(f"{TEMPORARY}*")]
    return [*faults, *(f"left behind: {name}" for name in left)]


def main() -> int:
    """Run; 1 if anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=PROGRAMS, action="append")
    parser.add_argument("--count", type=int, default=40, help="kills of each")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    faulty = 0
    print("| program | kills | seed | faults |\n|---|---|---|---|")
    for name in options.only or PROGRAMS:
        with tempfile.TemporaryDirectory() as place:
            faults = survives(PROGRAMS[name], options.count, options.seed, Path(place))
        for fault in faults:
            print(f"{name}: {fault}", file=sys.stderr)
        faulty += len(faults)
        print(f"| {name} | {options.count} | {options.seed} | {len(faults)} |")
    return 1 if faulty else 0


if __name__ == "__main__":
    sys.exit(main())
