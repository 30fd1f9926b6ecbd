"""All inputs of one reader, in a process of their own."""

import logging
import multiprocessing
import os
import time
import warnings
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from typing import TextIO

from tests.fuzz.reader import cpu_seconds, outcome, peak_memory
from tests.fuzz.readers import READERS

_TOLD_EVERY_S = 20.0


@dataclass
class Row:
    """What came of the inputs of one reader."""

    read: int = 0
    refused: int = 0
    faults: list[str] = field(default_factory=list)
    slowest: float = 0.0
    seconds: float = 0.0
    memory: float = 0.0

    @property
    def inputs(self) -> int:
        return self.read + self.refused + len(self.faults)


def run(name: str, count: int, seed: int) -> Row:
    """Do the same as `given`, in a process that tells nothing but how far it is."""
    warnings.simplefilter("ignore")
    logging.disable()
    told = os.fdopen(os.dup(2), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # C libraries warn on their own
    return given(name, count, seed, told)


def given(name: str, count: int, seed: int, told: TextIO | None = None) -> Row:
    """What comes of so many inputs of a reader.

    Args:
        name: Of the reader.
        count: How many inputs.
        seed: Of their changes.
        told: Where to say how far it is. Defaults to nowhere.
    """
    row, reader, next_told = Row(), READERS[name], time.monotonic() + _TOLD_EVERY_S
    start = cpu_seconds()
    for content in reader.inputs(count, seed):
        before = cpu_seconds()
        result = outcome(reader, content)
        row.slowest = max(row.slowest, cpu_seconds() - before)
        if result == "read":
            row.read += 1
        elif result == "refused":
            row.refused += 1
        else:
            row.faults.append(f"{result[:300]}\n  {content[:300]!r}")
        if told is not None and time.monotonic() > next_told:
            next_told += _TOLD_EVERY_S
            print(f"{name}: {row.inputs:,} of {count:,}", file=told, flush=True)
    row.seconds, row.memory = cpu_seconds() - start, peak_memory()
    return row


def run_apart(name: str, count: int, seed: int) -> Row:
    """The same, begun and waited for from here."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as process:
        try:
            return process.submit(run, name, count, seed).result()
        except BrokenProcessPool:
            return Row(faults=["an input ended the process"])
