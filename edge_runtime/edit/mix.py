"""Some of an edit: between a sound and what was made of it, sample by sample."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from edge_runtime.audio.audio_file import AudioFile

# What a half of the difference is rounded to, in the file's own whole numbers.
_HALF = 0.5
# Types whose differences are not all numbers of float32.
_WIDE = ("PCM_32", "FLOAT", "DOUBLE")


def mixed(before: AudioFile, after: AudioFile, share: float) -> AudioFile:
    """A sound with some of an edit.

    Computed in float64 in the numbers of the file, halves rounded up: the page does the
    same (`static/keep/blend.js`), so both come to the same samples.

    Args:
        before: The sound.
        after: The same after an edit: of its rate, subtype and shape.
        share: How much of the edit, from 0, the sound as it was, to 1, all of it.

    Returns:
        The mix, in the format of both.

    Example:

    >>> before = AudioFile(np.array([[0], [9], [1]], np.int16), 8000, "PCM_16")
    >>> after = AudioFile(np.array([[0], [0], [2]], np.int16), 8000, "PCM_16")
    >>> mixed(before, after, 0.5).samples[:, 0].tolist()
    [0, 5, 2]
    """
    if share == 1.0:
        return after
    old = before.samples.astype(np.float64) - before.silence
    values = old + (after.samples - (old + before.silence)) * share
    if np.issubdtype(before.samples.dtype, np.integer):
        low = np.floor(values)
        values = low + (values - low >= _HALF)
    samples = (values + before.silence).astype(before.samples.dtype)
    return replace(after, samples=samples, mapped=None)


def change_alone(before: AudioFile, after: AudioFile) -> AudioFile:
    """What was added to a sound to make another one: a track to put beside it.

    Args:
        before: The sound.
        after: The same after an edit: of its rate, subtype and shape.

    Returns:
        The difference in float, full scale = 1, wide enough that adding it to `before`
        gives `after` again.

    Example:

    >>> before = AudioFile(np.array([[0], [9]], np.int16), 8000, "PCM_16")
    >>> after = AudioFile(np.array([[0], [-7]], np.int16), 8000, "PCM_16")
    >>> (change_alone(before, after).samples * 32768).tolist()
    [[0.0], [-16.0]]
    """
    change: NDArray[np.float64] = after.samples.astype(np.float64) - before.samples
    change /= before.full_scale
    wide = before.subtype in _WIDE
    return AudioFile(
        change if wide else change.astype(np.float32),
        before.sample_rate,
        "DOUBLE" if wide else "FLOAT",
    )
