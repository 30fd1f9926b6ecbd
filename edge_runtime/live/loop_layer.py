"""What is played onto a loop while it goes round."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edge_runtime.live.ramp import Ramp, crossfade


class LoopLayer:
    """Adds up what is played, pass after pass, until it is ended or dropped.

    It begins and ends without a click.

    Args:
        shape: Of the loop, `(samples, channels)`.
        fade: Samples of each fade.
        late: Samples that the input is behind what its player heard.

    Attributes:
        sound: What has been played, float32 of the loop's shape.
    """

    def __init__(self, shape: tuple[int, ...], fade: int, late: int) -> None:
        self.sound = np.zeros(shape, np.float32)
        self._late = late
        self._taken = Ramp(fade, 0.0)
        self._heard = Ramp(fade, 1.0)
        self._taken.target = 1.0

    @property
    def is_open(self) -> bool:
        """Whether what is played is added."""
        return self._taken.target > 0.0

    @property
    def is_done(self) -> bool:
        """Whether it has ended, and what was dropped has faded out."""
        return not self.is_open and self._taken.is_at_rest and self._heard.is_at_rest

    @property
    def is_dropped(self) -> bool:
        """Whether it is to be forgotten."""
        return self._heard.target == 0.0

    def end(self) -> None:
        """Add no more."""
        self._taken.target = 0.0

    def drop(self) -> None:
        """Add no more, and fade out what there is."""
        self._taken.target = self._heard.target = 0.0

    def process(self, start: int, block: NDArray[np.float32]) -> NDArray[np.float32]:
        """Take samples of input in; give what is heard besides the loop.

        Args:
            start: Position in the loop.
            block: Input of shape `(samples, channels)`, up to the loop's end at most.
        """
        heard = crossfade(self._heard.take(len(block)))[:, np.newaxis]
        played = crossfade(self._taken.take(len(block)))[:, np.newaxis] * block
        place = np.arange(start, start + len(block))
        sound: NDArray[np.float32] = heard * self.sound[place] + played
        self.sound[(place - self._late) % len(self.sound)] += played
        return sound
