"""`make fuzz`: a million inputs for all readers, and a table of what came of them."""

import argparse
import sys

from tests.fuzz.reader import MOST_MEMORY, MOST_SECONDS
from tests.fuzz.readers import READERS, counts
from tests.fuzz.run import run_apart


def main() -> int:
    """Run; 1 if any input was neither read nor refused in one line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1_000_000, help="for all readers")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", choices=READERS, action="append")
    options = parser.parse_args()
    print(
        f"A fault is what is neither read nor refused in one line, takes more than "
        f"{MOST_SECONDS:g} s of processor time, or {MOST_MEMORY} MB.\n\n"
        "| reader | inputs | read | refused | faults | slowest, s | all, s | MB |\n"
        "|---|---|---|---|---|---|---|---|",
        flush=True,
    )
    total = faults = 0
    for name, count in counts(options.count).items():
        if name not in (options.only or READERS):
            continue
        row = run_apart(name, count, options.seed)
        total, faults = total + row.inputs, faults + len(row.faults)
        for fault in row.faults[:20]:
            print(f"{name}: {fault}", file=sys.stderr)
        print(
            f"| {name} | {row.inputs:,} | {row.read:,} | {row.refused:,} | "
            f"{len(row.faults)} | {row.slowest:.3f} | {row.seconds:.0f} | "
            f"{row.memory:.0f} |",
            flush=True,
        )
    print(f"\n{total:,} inputs, {faults} faults, seed {options.seed}.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
