"""The codes and smooth levels of a trained network, as k-means patches give theirs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vqkeras.presets.preset import Preset
from vqkeras.run import Run


@dataclass(frozen=True, eq=False)
class NetworkStages:
    """A run in place of `PatchStages`.

    Attributes:
        run: A trained run of sound with codes, or a preset.
    """

    run: Run | Preset

    def coded(
        self, examples: NDArray[np.float32]
    ) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Codes of some examples, and what the codes say, as `PatchStages.coded`."""
        found = self.run.model(examples, training=False, details=True)
        codemaps = np.asarray(found["codemap"])
        stages = codemaps.reshape(*codemaps.shape[:3], -1)
        return stages, np.asarray(found["reconstruction"])

    def reconstruct(self, examples: NDArray[np.float32]) -> NDArray[np.float32]:
        """What the codes of some examples say, as `coded` gives it."""
        return self.coded(examples)[1]
