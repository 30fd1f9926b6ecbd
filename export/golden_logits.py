"""What an exported prior must give in the self-test of its bundle."""

import numpy as np
from numpy.typing import NDArray

from edge_runtime.bundle.bundle import Bundle
from edge_runtime.bundle.golden_prior import golden_prior_inputs, logits_sample
from edge_runtime.engines.engine import Engine

# Steps per unit that the logits of a float model are rounded to.
GOLDEN_STEPS = 16384.0


def golden_logits(
    engine: Engine, bundle: Bundle, number_format: str
) -> dict[str, NDArray[np.float32]]:
    """What an exported prior makes of the golden codemap with hidden cells.

    Args:
        engine: Runs the prior.
        bundle: Of the codec, with its golden codemap.
        number_format: Of both.

    Returns:
        The golden array of `Bundle.golden`.
    """
    inputs = golden_prior_inputs(bundle.golden["codemap"], bundle.codebook)
    sample = logits_sample(engine.predict(*inputs))
    if number_format != "int8":
        sample = (np.round(sample * GOLDEN_STEPS) / GOLDEN_STEPS).astype(np.float32)
    return {"prior_logits_sample": sample}
