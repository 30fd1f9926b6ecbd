"""From the click to the new sound, in Chromium: a box of half a second.

The clock runs from the click on the tool's button to the moment the player starts the
edited sound: request, model, phase, answer and decoding. Half a second later the next
click changes that sound again. Sounds are drums in a loop, of several lengths. The
processor time of the server tells more where other work goes on. Exits with 1 if a
median exceeds 250 ms.

    python tests/benchmarks/bench_page.py [--model X.tflite]
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
from pathlib import Path

from page_browser import CLICK, OPEN, SELECT, page_in_browser

ROUNDS = 15
TARGET_MS = 250.0
LENGTHS_S = (4, 30, 180)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--model", type=Path)
    arguments = parser.parse_args()
    with page_in_browser(arguments.model) as (driver, address, server):
        return 0 if measure(driver, address, server) else 1


def cpu_ms(process):
    """Processor time of a process so far, in ms."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return 1000 * (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(driver, address, server):
    driver.get(address)
    good = True
    for seconds in LENGTHS_S:
        opened = driver.execute_async_script(OPEN, seconds)
        driver.execute_async_script(SELECT, 1.2, 1.7, 400, 2000)
        driver.execute_async_script(CLICK, 1)  # the first one makes everything ready
        began = cpu_ms(server)
        clicks = [driver.execute_async_script(CLICK, 1) for _ in range(ROUNDS)]
        busy = (cpu_ms(server) - began) / ROUNDS
        waits = [click["waited"] for click in clicks]
        median = statistics.median(waits)
        stages = {
            name: 1000 * statistics.median(click["seconds"][name] for click in clicks)
            for name in clicks[0]["seconds"]
        }
        answer = statistics.median(click["answer"] for click in clicks)
        print(
            f"{seconds} s of sound, opened in {opened:.0f} ms; click to sound: median "
            f"{median:.0f} ms, fastest {min(waits):.0f}, slowest {max(waits):.0f}, "
            f"{ROUNDS} edits (target {TARGET_MS:.0f} ms)"
        )
        largest = sorted(stages.items(), key=lambda stage: -stage[1])
        print(
            f"  answer after {answer:.0f} ms, {sum(stages.values()):.0f} of them in "
            + ", ".join(f"{name} {ms:.0f}" for name, ms in largest if ms >= 1)
            + f"; {clicks[0]['received'] / 1000:.0f} kB received; {busy:.0f} ms of "
            "processor time"
        )
        good &= median < TARGET_MS
    return good


if __name__ == "__main__":
    sys.exit(main())
