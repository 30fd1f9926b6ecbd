"""Whether anything can be computed with the samples of a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_runtime.audio.sound_stream import SoundStream
from edge_runtime.audio.wav import INTEGERS, StoredAudio
from edge_runtime.errors import AudioError

# A float sample this far above full scale is garbage; squares of spectra of larger ones
# overflow float32. Integers stored as floats, up to 2^31, stay below.
LARGEST_SAMPLE = 1e10
# Above every converter in use; beyond it a header is more likely damaged.
HIGHEST_RATE = 1_000_000
# Below it nothing is heard; a header of 1 Hz makes days of a small file.
LOWEST_RATE = 100


def fault_of_samples(stored: StoredAudio) -> str | None:
    """Why nothing can be computed with the samples of a file; `None` if it can."""
    if stored.subtype in INTEGERS:
        return None
    # Written so that NaN fails too.
    largest = np.abs(stored.samples).max()
    if largest <= LARGEST_SAMPLE:
        return None
    if largest <= np.finfo(np.float32).max:
        return f"it contains samples of {LARGEST_SAMPLE:g} times full scale and more"
    return "it contains NaN or infinite samples"


def usable_blocks(sound: SoundStream, path: Path) -> Iterator[NDArray[Any]]:
    """The blocks of a sound, as far as something can be computed with them.

    Args:
        sound: What was opened.
        path: Its name, for the message.

    Raises:
        AudioError: If the rate is no plausible one, there are no samples, or some are
            NaN, infinite or beyond `LARGEST_SAMPLE`.
    """
    if not LOWEST_RATE <= sound.sample_rate <= HIGHEST_RATE:
        raise AudioError(
            f"Cannot use {path}: {sound.sample_rate} Hz is no plausible sample "
            f"rate. Expected {LOWEST_RATE} to {HIGHEST_RATE} Hz."
        )
    is_empty = True
    for block in sound.blocks:
        if not block.size:
            break
        is_empty = False
        fault = fault_of_samples(StoredAudio(block, sound.sample_rate, sound.subtype))
        if fault is not None:
            raise AudioError(
                f"Cannot use {path}: {fault}. Repair it in an audio editor."
            )
        yield block
    if is_empty:
        raise AudioError(f"Cannot use {path}: it contains no samples.")
