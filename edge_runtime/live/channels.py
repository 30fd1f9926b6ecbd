"""One streaming engine per channel, seen as one effect."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from edge_runtime.live.streaming_inpainter import StreamingInpainter


class StreamEffect:
    """Runs channels side by side, with the same cells and seed.

    Args:
        engines: One per channel.

    Attributes:
        delay: In samples.
    """

    def __init__(self, engines: Sequence[StreamingInpainter]) -> None:
        self._engines = engines
        self.delay = engines[0].delay

    def process(
        self, block: NDArray[np.float32], late: bool = False
    ) -> NDArray[np.float32]:
        """Take a block `(samples, channels)` in, give one of the same shape out."""
        channels = zip(self._engines, block.T, strict=True)
        done = [engine.process(channel, late=late) for engine, channel in channels]
        return np.stack(done, axis=1)
