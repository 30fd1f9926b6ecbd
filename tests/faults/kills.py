"""`make kills`: programs killed at random moments, and what came of them in the end.

What must hold after each kill: an older file or the whole new one is there. Started
anew, a program comes to the end, with the same files as one that nobody killed, bit by
bit; and nothing else is left. With `--power`, what was not brought to the disk before a
kill is gone, as when the power goes, and a training loses one epoch at most.
"""

import argparse
import contextlib
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.faults.disk import Disk, can_fail, run_before_libc
from tests.faults.killed_programs import PROGRAMS, Program

# Of temporary files; older ones are swept by the next write.
TEMPORARY, OLD_S = ".vqkeras-", 3600.0
# Their names tell when they were written.
EVENTS = "events.out.tfevents"


def in_child(
    run: Callable[[Path], object],
    folder: Path,
    kill_s: float | None = None,
    journal: Path | None = None,
) -> tuple[int, float]:
    """Run in a child, killed after some seconds with all that it started.

    Args:
        run: What to run.
        folder: Where.
        kill_s: When to kill it. Defaults to never.
        journal: Folder that tells which files are not on the disk. Defaults to none.

    Returns:
        Its status, and how long it took.
    """
    start = time.monotonic()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.setpgid(0, 0)
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, 1)
            if journal is not None:
                Disk().keep_journal(folder, journal)
            run(folder)
            code = 0
        finally:
            os._exit(code)
    with contextlib.suppress(OSError):  # whoever of both is first
        os.setpgid(child, child)
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return status, time.monotonic() - start
        if kill_s is not None and time.monotonic() - start > kill_s:
            os.killpg(child, signal.SIGKILL)
            kill_s = None
        time.sleep(0.002)


def survives(
    program: Program, kills: int, seed: int, place: Path, *, power: bool
) -> tuple[list[str], int]:
    """Kill a program until so many kills have met it alive, or something is wrong.

    Returns:
        What was wrong; nothing, it is hoped. And how often it came to its end.
    """
    rng, faults, ends, met = random.Random(seed), [], 0, 0
    program.load()
    whole, folder, journal = (place / name for name in ("whole", "out", "disk"))
    for each in (whole, folder, journal):
        each.mkdir(parents=True)
    if in_child(lambda _: program.inputs(place), folder)[0]:
        return ["what it reads cannot be made"], 0
    status, whole_s = in_child(program.run, whole)
    expected = program.results(whole)
    if status or not expected:
        return [f"it does not even run undisturbed: {status}"], 0
    while met < kills and not faults:
        kill_s = rng.uniform(0.0, whole_s)
        status, wrong = killed(
            program, folder, kill_s, expected, journal if power else None
        )
        met += os.WIFSIGNALED(status)
        faults += [f"kill {met}: {fault}" for fault in wrong]
        if status == 0:
            ends += 1
            shutil.rmtree(folder)  # the next kills meet it from its beginning on
            folder.mkdir()
    status, _ = in_child(program.run, folder)
    if status:
        faults.append(f"in the end it does not run any more: {status}")
    if program.results(folder) != expected:
        faults.append("in the end it gives something else")
    left = sorted(names_in(folder) - names_in(whole))
    return [*faults, *(f"left behind: {name}" for name in left)], ends


def killed(
    program: Program,
    folder: Path,
    kill_s: float,
    expected: dict[str, bytes],
    journal: Path | None,
) -> tuple[int, list[str]]:
    """Run it and kill it; give its status, and what is wrong then."""
    for name, content in program.older.items():
        (folder / name).write_bytes(content)
    before, faults = program.results(folder), []
    status, _ = in_child(program.run, folder, kill_s, journal)
    if status and not os.WIFSIGNALED(status):
        faults.append(f"it does not run any more: {status}")
    if journal is not None:
        faults += lose_power(folder, journal)
    if program.results(folder) not in (before, expected):
        faults.append("neither the old nor the new")
    for left in folder.rglob(f"{TEMPORARY}*"):
        os.utime(left, (time.time() - OLD_S,) * 2)  # as if it had been long ago
    return status, faults


def names_in(folder: Path) -> set[str]:
    """All files below a folder but those whose names tell when they were written."""
    found = (str(path.relative_to(folder)) for path in folder.rglob("*"))
    return {name for name in found if EVENTS not in name}


def lose_power(folder: Path, journal: Path) -> list[str]:
    """Empty each file that was not brought to the disk.

    Returns:
        What was lost that must not be.
    """
    told = len(epochs_told(folder))
    dirty = {path.name for path in journal.iterdir()}
    for path in folder.rglob("*"):
        status = path.lstat()
        if f"{status.st_dev}-{status.st_ino}" in dirty:
            os.truncate(path, 0)
            print(f"not on the disk: {path.name}", file=sys.stderr)
    for name in dirty:
        (journal / name).unlink()
    kept = epochs_kept(folder)
    return [f"{told - kept} epochs lost"] if kept < told - 1 else []


def epochs_told(folder: Path) -> list[str]:
    """Lines of a training's history, if there is one."""
    path = folder / "run" / "history.csv"
    return path.read_text().splitlines()[1:] if path.exists() else []


def epochs_kept(folder: Path) -> int:
    """Epochs of the newest backup that is no empty file."""
    backups = (folder / "run" / "backup").glob("epoch-*.keras")
    whole = [path for path in backups if path.stat().st_size]
    return max((int(path.stem.removeprefix("epoch-")) for path in whole), default=0)


def main() -> int:
    """Run; 1 if anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=PROGRAMS, action="append")
    parser.add_argument("--count", type=int, default=40, help="kills of each")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--power", action="store_true", help="what is not on the disk is lost too"
    )
    options = parser.parse_args()
    if options.power:
        if not can_fail():
            print("--power needs Linux and a C compiler")
            return 3
        code = run_before_libc("tests.faults.kills", sys.argv[1:])
        if code is not None:
            return code
    faulty = 0
    print("| program | kills | came to its end | seed | faults |")
    print("|---|---|---|---|---|")
    for name in options.only or PROGRAMS:
        with tempfile.TemporaryDirectory() as place:
            faults, ends = survives(
                PROGRAMS[name],
                options.count,
                options.seed,
                Path(place),
                power=options.power,
            )
        for fault in faults:
            print(f"{name}: {fault}", file=sys.stderr)
        faulty += len(faults)
        row = (name, options.count, ends, options.seed, len(faults))
        print("| " + " | ".join(map(str, row)) + " |", flush=True)
    return 1 if faulty else 0


if __name__ == "__main__":
    sys.exit(main())
