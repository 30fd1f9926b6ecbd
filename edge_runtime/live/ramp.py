"""A gain that moves to its target in a fixed number of samples, whatever the blocks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def crossfade(share: NDArray[np.float32]) -> NDArray[np.float32]:
    """Raised-cosine gain of a position in [0, 1]; it and that of `1 - share` sum to 1.

    Example:

    >>> crossfade(np.array([0.0, 0.5, 1.0], np.float32)).round(3).tolist()
    [0.0, 0.5, 1.0]
    """
    gain: NDArray[np.float32] = np.square(np.sin(share * np.float32(np.pi / 2)))
    return gain


class Ramp:
    """Position that moves by one step per sample towards its target.

    Args:
        length: Samples from 0 to 1.
        value: Position at the start, in [0, 1].

    Attributes:
        target: Where it moves to, in [0, 1], rounded to whole steps.

    Example:

    >>> ramp = Ramp(4, 0.0)
    >>> ramp.target = 1.0
    >>> ramp.take(3).tolist(), ramp.take(2).tolist()
    ([0.25, 0.5, 0.75], [1.0, 1.0])
    """

    def __init__(self, length: int, value: float) -> None:
        self.length = length
        self.target = value
        self._steps = round(value * length)

    @property
    def is_at_rest(self) -> bool:
        """Whether it has reached its target."""
        return self._steps == round(self.target * self.length)

    @property
    def value(self) -> float:
        """Where it is, in [0, 1]."""
        return self._steps / self.length

    def take(self, count: int) -> NDArray[np.float32]:
        """The next `count` positions, float32 of shape `(count,)`."""
        end = round(self.target * self.length)
        moved = np.arange(1, count + 1)
        if end >= self._steps:
            steps = np.minimum(self._steps + moved, end)
        else:
            steps = np.maximum(self._steps - moved, end)
        if count:
            self._steps = int(steps[-1])
        return (steps / self.length).astype(np.float32)
