"""What a reader is, and what it may do with any input."""

import functools
import os
import random
import resource
import signal
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from edge_runtime.errors import UserError
from edge_runtime.page.answer import Refusal
from tests.fuzz.mutations import mutated, with_other_words
from vqkeras.strict_yaml import StrictYamlError

REFUSALS = (UserError, Refusal, StrictYamlError)
MOST_SECONDS = 5.0  # of processor time, for one input
MOST_MEMORY = 512  # MB of the whole process


@dataclass(frozen=True)
class Reader:
    """One reader.

    Attributes:
        seeds: Makes whole inputs.
        read: Takes any bytes; returns, or raises one of `REFUSALS`.
        weight: How many inputs it gets beside others: slow ones get fewer.
        change: Makes an input that is nearly right of a whole one.
    """

    seeds: Callable[[], list[bytes]]
    read: Callable[[bytes], object]
    weight: float
    change: Callable[[bytes, random.Random], bytes] = mutated

    def inputs(self, count: int, seed: int) -> Iterator[bytes]:
        """So many inputs, the same for the same seed."""
        rng = random.Random(seed)
        seeds = self.seeds()
        for _ in range(count):
            yield self.change(rng.choice(seeds), rng)


def of_text(
    seeds: Callable[[], list[bytes]], read: Callable[[bytes], object], weight: float
) -> Reader:
    """A reader of words, which are changed rather than bytes."""
    return Reader(seeds, read, weight, with_other_words)


class _TooSlow(BaseException):
    """Raised in the middle of a read that does not end."""


def outcome(reader: Reader, content: bytes) -> str:
    """`"read"`, `"refused"`, or what is wrong with how it ended."""
    before, was_stopped = cpu_seconds(), False
    signal.signal(signal.SIGPROF, _stop)
    signal.setitimer(signal.ITIMER_PROF, MOST_SECONDS)
    try:
        found = _outcome(reader, content)
        signal.setitimer(signal.ITIMER_PROF, 0.0)
    except _TooSlow:  # the system counts its time in coarser steps than the timer
        found, was_stopped = "read", True
    seconds, memory = cpu_seconds() - before, peak_memory()
    if was_stopped or seconds > MOST_SECONDS:
        return f"{found}, but it took {seconds:.1f} s of processor time"
    if memory > MOST_MEMORY:
        return f"{found}, but the process had {memory:.0f} MB"
    return found


def _outcome(reader: Reader, content: bytes) -> str:
    try:
        reader.read(content)
    except REFUSALS as error:
        message = str(error)
        return "refused" if "\n" not in message else f"several lines: {message!r}"
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return "read"


def _stop(number: int, frame: object) -> None:
    raise _TooSlow


def cpu_seconds() -> float:
    """Processor time of this process and of its children that have ended."""
    return sum(os.times()[:4])


def peak_memory() -> float:
    """The most that this process, or one of its children, has held, in MB."""
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return max(resource.getrusage(each).ru_maxrss for each in who) / 1024


def from_file(read: Callable[[Path], object], name: str) -> Callable[[bytes], object]:
    """A reader of paths as one of bytes."""

    def read_bytes(content: bytes) -> object:
        path = folder() / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        return read(path)

    return read_bytes


def refusing_damage(read: Callable[[bytes], object]) -> Callable[[bytes], object]:
    """A part of a reader whose `ValueError` is what the whole takes for damage."""

    def read_bytes(content: bytes) -> object:
        try:
            return read(content)
        except ValueError as error:
            raise UserError("refused") from error

    return read_bytes


@functools.cache
def _temporary() -> tempfile.TemporaryDirectory[str]:
    # Deleted when the program ends. Where there is memory, no disk is waited for.
    memory = "/dev/shm"
    return tempfile.TemporaryDirectory(
        dir=memory if os.access(memory, os.W_OK) else None
    )


def folder() -> Path:
    """Where inputs lie that are files."""
    return Path(_temporary().name)
