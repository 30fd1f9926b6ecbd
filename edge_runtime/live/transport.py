"""Between a sound card's callback, which only copies, and the thread that works."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from edge_runtime.live.ramp import Ramp, crossfade
from edge_runtime.live.ring_buffer import RingBuffer

# Fade between effect and input around an overrun, in samples: 8 ms at 16 kHz.
FADE = 128
# What the rings hold beyond the delay, in s: the longest the worker may stand still.
_RESERVE_S = 2

# From a block `(samples, channels)` and whether the work is late to the same shape.
Process = Callable[[NDArray[np.float32], bool], NDArray[np.float32]]


class Transport:
    """Runs an effect in a thread of its own, behind a callback that cannot be late.

    The callback puts a block of input into one ring and takes a block of output from
    another. Output that is not there in time is an overrun: the callback fades to the
    input, delayed equally, and back once the work has caught up. It always holds back
    as many finished samples as the fade takes, so there is never a click.

    Args:
        process: The effect; called in the worker thread only.
        sample_rate: In Hz.
        channels: Channels of a block.
        delay: Delay of `process`, in samples.
        block: Largest block of the callback, in samples.
        buffer: Blocks of time that the work may take. Defaults to `2`.
        guard: Makes a context to work in, in the worker thread. Defaults to none.

    Attributes:
        delay: Delay of output behind input, in samples, constant.
        overruns: Blocks that were not ready in time.
    """

    def __init__(
        self,
        process: Process,
        *,
        sample_rate: int,
        channels: int,
        delay: int,
        block: int,
        buffer: int = 2,
        guard: Callable[[], AbstractContextManager[object]] = nullcontext,
    ) -> None:
        self._process = process
        self._guard = guard
        self._block = block
        self._slack = buffer * block + FADE
        self.delay = delay + self._slack
        capacity = self.delay + 2 * block + _RESERVE_S * sample_rate
        self._input = RingBuffer(capacity, channels)
        self._output = RingBuffer(capacity, channels)
        self._ramp = Ramp(FADE, 1.0)
        self._arrived = threading.Event()
        self._ended = threading.Event()
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="live")
        self._working: Future[None] | None = None
        self.overruns = 0

    def callback(self, block: NDArray[np.float32], output: NDArray[np.float32]) -> None:
        """Take a block in and fill a block of output, both `(samples, channels)`."""
        start = self._input.written - self._slack
        stop = start + len(block)
        self._input.write(block)
        self._arrived.set()
        ready = self._output.written - stop >= FADE
        self.overruns += not ready
        self._ramp.target = 1.0 if ready else 0.0
        if self._ramp.is_at_rest:
            source = self._output if ready else self._input
            shift = 0 if ready else self.delay - self._slack
            output[:] = source.read(start - shift, stop - shift)
            return
        shift = self.delay - self._slack
        dry = self._input.read(start - shift, stop - shift)
        gain = crossfade(self._ramp.take(len(block)))[:, np.newaxis]
        output[:] = dry + gain * (self._output.read(start, stop) - dry)

    def __enter__(self) -> Transport:
        self._working = self._executor.submit(self._work)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._arrived.set()
        self._executor.shutdown()

    def check(self) -> None:
        """Raise what ended the worker, if anything did: only the input is heard."""
        if self._working is not None and self._working.done():
            self._working.result()

    def _work(self) -> None:
        with self._guard():
            while not self._ended.is_set():
                self._arrived.wait()
                self._arrived.clear()
                self._catch_up()

    def _catch_up(self) -> None:
        """Work on what has arrived, a block at a time."""
        while self._output.written < self._input.written and not self._ended.is_set():
            start, arrived = self._output.written, self._input.written
            late = arrived - start > self._slack
            stop = min(arrived, start + self._block)
            self._output.write(self._process(self._input.read(start, stop), late))
