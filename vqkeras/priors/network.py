"""A trained prior's network as the runtime asks it: numpy in, numpy out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from edge_runtime.priors.code_network import CodeNetwork
from edge_runtime.priors.learned import LearnedPrior

if TYPE_CHECKING:
    from vqkeras.model.code_prior import CodePrior


class KerasNetwork:
    """Runs a network in Keras.

    Args:
        prior: The network.
    """

    def __init__(self, prior: CodePrior) -> None:
        self._prior = prior

    def predict(
        self, quantized: NDArray[np.float32], visible: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """Logits of all cells, as `Engine.predict` says."""
        logits = self._prior((quantized, visible), training=False)
        return np.asarray(logits, np.float32)


def learned_prior(prior: CodePrior) -> LearnedPrior:
    """The prior of a network that is not exported yet.

    It repairs with the plain mean of the codewords: how loud each sounds is found out
    at export.

    Args:
        prior: The network.
    """
    codebook = np.asarray(prior.codebook, np.float32)
    return LearnedPrior(CodeNetwork(KerasNetwork(prior), codebook, prior.reach))
