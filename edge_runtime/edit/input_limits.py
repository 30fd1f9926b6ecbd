"""How loud and how steep a sound is: what none of its edits may exceed."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from edge_runtime.edit.heard_channel import HeardChannel

# Rounding to the file's numbers can add this much to a jump between two samples.
_STEPS = {"PCM_U8": 2.0**-7, "PCM_16": 2.0**-15, "PCM_24": 2.0**-23}


class InputLimits:
    """Largest values and jumps of a sound, looked for only when a part is not enough.

    To look through a song takes longer than to edit half a second of it, and an edit
    that is no louder and no steeper than what surrounds it needs no more.

    Args:
        channels: Channels of the sound, as it was before any edit.
        subtype: Sample type of its file.
    """

    def __init__(self, channels: list[HeardChannel], subtype: str) -> None:
        self._channels = channels
        self._step = _STEPS.get(subtype, 0.0)

    def for_edit(
        self, before: NDArray[np.float32], after: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
        """Largest value and largest jump allowed in each channel.

        Args:
            before: A part of the sound, shape `(samples, channels)`.
            after: The same or a smaller part, edited.

        Returns:
            Two arrays of shape `(channels,)`: those of the whole sound; or those of the
            part, if the edit keeps to them and so to the larger ones as well.
        """
        jumps = np.abs(np.diff(before, axis=0)).max(axis=0, initial=0.0)
        near = self._allowed(np.abs(before).max(axis=0, initial=0.0), jumps)
        is_louder = (np.abs(after) > near[0]).any()
        if is_louder or (np.abs(np.diff(after, axis=0)) > near[1]).any():
            return self._of_all
        return near

    @cached_property
    def _of_all(self) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
        largest = np.array([channel.largest() for channel in self._channels])
        return self._allowed(largest[:, 0], largest[:, 1])

    def _allowed(
        self, peaks: NDArray[np.floating], jumps: NDArray[np.floating]
    ) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
        allowed = np.asarray(jumps, np.float64) * (1.0 - 1e-4) - self._step
        loudest = np.maximum(1.0, peaks).astype(np.float32)
        return loudest, np.maximum(0.0, allowed)
