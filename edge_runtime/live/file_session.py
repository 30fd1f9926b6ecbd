"""A session on a file, as fast as it goes or behind a clock at the real pace."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_runtime.live.card_rate import at_card_rate
from edge_runtime.live.card_session import one_blas_thread
from edge_runtime.live.file_effect import FileClock, play_through
from edge_runtime.live.session import Session
from edge_runtime.live.transport import Transport


@dataclass(frozen=True, eq=False)
class FileRun:
    """What came out and how it went.

    Attributes:
        audio: Float32 array of the input's shape, in time with it.
        delay: Delay of the live output, which was undone, in samples.
        real_time_factor: Processor time per duration of the sound.
        overruns: Blocks that were late; always 0 where nothing waits for them.
    """

    audio: NDArray[np.float32]
    delay: int
    real_time_factor: float
    overruns: int


def run_on_file(
    session: Session,
    audio: NDArray[np.float32],
    *,
    sample_rate: int,
    model_rate: int,
    block: int,
    buffer: int | None = None,
) -> FileRun:
    """Run a session on a sound.

    Args:
        session: What runs.
        audio: Float array of shape `(samples, channels)`.
        sample_rate: Of `audio`, as a card's may differ from the model's, in Hz.
        model_rate: The model's, in Hz.
        block: Samples per block.
        buffer: Blocks of time that the work may take, at the pace of a sound card and
            in its own thread. Defaults to `None`: no clock, no thread.

    Raises:
        MissingDependencyError: If `buffer` is given and threadpoolctl is missing.
    """
    effect = at_card_rate(
        session.effect,
        model_rate=model_rate,
        card_rate=sample_rate,
        channels=audio.shape[1],
        replaces=session.replaces,
    )
    start = time.process_time()
    if buffer is None:
        delay, overruns = effect.delay, 0
        output = play_through(effect.process, audio, delay=delay, block=block)
    else:
        transport = Transport(
            effect.process,
            sample_rate=sample_rate,
            channels=audio.shape[1],
            delay=effect.delay,
            block=block,
            buffer=buffer,
            guard=one_blas_thread,
        )
        delay = transport.delay
        clock = FileClock(transport.callback, sample_rate)
        with transport:
            output = play_through(clock.process, audio, delay=delay, block=block)
        transport.check()
        overruns = transport.overruns
    busy = time.process_time() - start
    return FileRun(output, delay, busy * sample_rate / len(audio), overruns)
