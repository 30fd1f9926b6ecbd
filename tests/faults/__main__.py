"""`make faults`: each call that touches the disk fails once, for all that writes.

What must hold: the older file or the whole new one is there; the exit code is 0 only
with the new one, else there is one line; nothing else is left but what the next write
sweeps away; nothing takes another's place before its content is on the disk.
"""

import argparse
import errno
import sys
import tempfile
from pathlib import Path

from tests.faults.disk import Disk, can_fail, run_before_libc
from tests.faults.writers import WRITERS, Writer, written

ERRORS = {"ENOSPC": errno.ENOSPC, "EIO": errno.EIO}
# Of temporary files, which are swept later where they cannot be deleted at once.
TEMPORARY = ".vqkeras-"


def faults_of(writer: Writer, disk: Disk, folder: Path, error: int):
    """Yield each call that failed, and what was wrong then, if anything was."""
    path = folder / writer.name

    def before() -> None:
        for left in folder.iterdir():
            left.unlink()
        if writer.before is not None:
            path.write_bytes(writer.before)

    before()
    written(writer, folder)  # loads what it needs
    before()
    with disk.failing(folder, -1, 0):
        code, said = written(writer, folder)
    whole, early = writer.content(path.read_bytes()), disk.early
    yield "none", "" if (code, early) == (0, 0) else f"{code}, {early} early: {said}"
    for number in range(1000):
        before()
        with disk.failing(folder, number, error):
            code, said = written(writer, folder)
        if number >= disk.calls:
            return
        now = path.read_bytes() if path.exists() else None
        if now is not None and now != writer.before:
            now = writer.content(now)
        yield disk.failed, wrong(writer, folder, now, whole, code, said)


def wrong(writer, folder, now, whole, code, said):
    """What is wrong after a fault; an empty word if nothing is."""
    left = [each.name for each in folder.iterdir() if each.name != writer.name]
    if now not in (writer.before, whole):
        return f"the file is neither the old nor the new one: {now!r:.60}"
    if code == 0 and now != whole:
        return "exit code 0, and the file is the old one"
    if code not in (0, 1, 4) or "Traceback" in said:
        return f"exit code {code}: {said[-300:]}"
    if code and said.count("\n") != 1:
        return f"not one line: {said[-300:]!r}"
    others = [name for name in left if not name.startswith(TEMPORARY)]
    return f"left behind: {others}" if others or len(left) > 1 else ""


def main() -> int:
    """Run; 1 if anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", metavar="NAME", action="append")
    parser.add_argument(
        "--training", action="store_true", help="what trainings write, in place of that"
    )
    parser.add_argument("--error", choices=ERRORS, action="append")
    options = parser.parse_args()
    if not can_fail():
        print("needs Linux and a C compiler")
        return 3
    code = run_before_libc("tests.faults", sys.argv[1:])
    if code is not None:
        return code
    writers = WRITERS
    if options.training:
        from tests.faults.training_writers import TRAINING_WRITERS as writers
    unknown = [name for name in options.only or () if name not in writers]
    if unknown:
        parser.error(f"--only must be one of {', '.join(writers)}. Got: {unknown[0]}")
    disk, total, faulty = Disk(), 0, 0
    print("| what is written | error | calls that failed | faults |\n|---|---|---|---|")
    for name in options.only or writers:
        for error in options.error or ERRORS:
            with tempfile.TemporaryDirectory() as place:
                folder = Path(place) / "out"
                folder.mkdir()
                found = list(faults_of(writers[name], disk, folder, ERRORS[error]))
            bad = [(call, fault) for call, fault in found if fault]
            for number, (call, fault) in enumerate(found):
                if fault:
                    print(f"{name}, {number}, {call}: {fault}", file=sys.stderr)
            if len(found) == 1:
                print(f"{name}: no call reached the disk", file=sys.stderr)
                bad.append(("none", "no call"))
            total, faulty = total + len(found) - 1, faulty + len(bad)
            print(f"| {name} | {error} | {len(found) - 1} | {len(bad)} |", flush=True)
    print(f"\n{total} calls, {faulty} faults.")
    return 1 if faulty else 0


if __name__ == "__main__":
    sys.exit(main())
