"""`make fuzz`: many inputs for each reader, and a table of what came of them."""

import argparse
import resource
import sys
import time
import warnings

from tests.fuzz.readers import READERS, outcome


def main() -> int:
    """Run; 1 if any input was neither read nor refused in one line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200_000, help="of a fast reader")
    parser.add_argument("--seconds", type=float, default=120.0, help="for each reader")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", choices=READERS, action="append")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    total = faults = 0
    print("| reader | inputs | read | refused | faults | slowest, s | memory, MB |")
    print("|---|---|---|---|---|---|---|")
    for name in options.only or READERS:
        reader = READERS[name]
        counts = {"read": 0, "refused": 0}
        wrong, slowest = 0, 0.0
        end = time.monotonic() + options.seconds
        count = max(10, int(options.count * reader.share))
        for content in reader.inputs(count, options.seed):
            start = time.perf_counter()
            result = outcome(reader, content)
            slowest = max(slowest, time.perf_counter() - start)
            if result in counts:
                counts[result] += 1
            else:
                wrong += 1
                print(f"{name}: {result[:300]}\n  {content[:300]!r}", file=sys.stderr)
            if time.monotonic() > end:
                break
        inputs = sum(counts.values()) + wrong
        total, faults = total + inputs, faults + wrong
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"| {name} | {inputs:,} | {counts['read']:,} | {counts['refused']:,} | "
            f"{wrong} | {slowest:.3f} | {memory:.0f} |",
            flush=True,
        )
    print(f"\n{total:,} inputs, {faults} faults, seed {options.seed}.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
