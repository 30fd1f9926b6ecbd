"""A live effect on a file: the same engine, as fast as it goes or at the real pace."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from edge_runtime.audio.audio_file import AudioFile
from edge_runtime.audio.resample import resample


class LiveEffect(Protocol):
    """What runs live: blocks in, blocks out, `delay` samples later."""

    delay: int

    def process(
        self, block: NDArray[np.float32], late: bool = False
    ) -> NDArray[np.float32]:
        """Take a block `(samples, channels)` in, give one of the same shape out."""
        ...


def play_through(
    process: Callable[[NDArray[np.float32]], NDArray[np.float32]],
    audio: NDArray[np.float32],
    *,
    delay: int,
    block: int,
) -> NDArray[np.float32]:
    """Feed a sound in blocks and undo the delay of what comes out.

    Args:
        process: From a block `(samples, channels)` to the next block of output.
        audio: Float array of shape `(samples, channels)`.
        delay: Delay of the output, in samples.
        block: Samples per block.

    Returns:
        Float array of the shape of `audio`, in time with it.
    """
    padded = np.pad(audio, ((0, delay), (0, 0)))
    starts = range(0, len(padded), block)
    output = [process(padded[start : start + block]) for start in starts]
    return np.concatenate(output)[delay:]


class FileClock:
    """Calls a callback as a sound card does, block by block at the real pace.

    A block that is late makes the next ones come at once until the pace is kept again.

    Args:
        callback: Takes a block and fills a block.
        sample_rate: In Hz.
    """

    def __init__(
        self,
        callback: Callable[[NDArray[np.float32], NDArray[np.float32]], None],
        sample_rate: int,
    ) -> None:
        self._callback = callback
        self._sample_rate = sample_rate
        self._samples = 0
        self._start: float | None = None
        self._never = threading.Event()

    def process(self, block: NDArray[np.float32]) -> NDArray[np.float32]:
        """Wait for the time of the block, and pass it through the callback."""
        if self._start is None:
            self._start = time.monotonic()
        # A card delivers a block when the last of its samples has been heard.
        self._samples += len(block)
        due = self._start + self._samples / self._sample_rate
        self._never.wait(max(0.0, due - time.monotonic()))
        output = np.empty_like(block)
        self._callback(block, output)
        return output


def at_rate(audio_file: AudioFile, rate: int) -> NDArray[np.float32]:
    """The samples at a rate, in Hz, `(samples, channels)`."""
    return resample(audio_file.to_float(), audio_file.sample_rate, rate)


def with_change(
    audio_file: AudioFile,
    before: NDArray[np.float32],
    after: NDArray[np.float32],
    rate: int,
) -> AudioFile:
    """A file with what an effect changed at a rate added to it.

    Samples that nothing was added to stay bit-identical, and at the model's own rate
    so does what lies above its highest frequency.

    Args:
        audio_file: The file.
        before: Its samples at that rate, `(samples, channels)`.
        after: What the effect made of them, same shape.
        rate: That rate, in Hz.
    """
    change = resample(after - before, rate, audio_file.sample_rate)
    change = change[: len(audio_file.samples)]
    short = len(audio_file.samples) - len(change)
    change = np.pad(change, ((0, short), (0, 0)))
    audio = audio_file.to_float()
    peak = max(1.0, float(np.abs(audio).max(initial=0.0)))
    edited = np.clip(audio + change, -peak, peak)
    return audio_file.with_float(edited, np.max(change != 0.0, axis=1))
