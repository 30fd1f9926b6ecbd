"""A learned prior as a TFLite flatbuffer of one signature."""

from collections.abc import Iterable

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from export.tflite.convert import convert_signatures
from export.tflite.inner_prior import PRIOR_SIGNATURE
from export.tflite.signatures import Signature
from vqkeras.model.code_prior import CodePrior

# Codewords of visible cells and zeros, and flags of visible cells.
PriorInputs = tuple[NDArray[np.float32], NDArray[np.float32]]


def convert_prior(
    prior: CodePrior,
    *,
    number_format: str = "int8",
    calibration: Iterable[PriorInputs] = (),
) -> bytes:
    """Convert a prior to TFLite.

    Its signature `prior` has a batch of one and any number of frames: `quantized`
    float32 `(1, map_frames, map_bins, codebook_dim)`, the codewords of visible cells,
    0 in hidden ones, and `visible` float32 `(1, map_frames, map_bins, 1)`, 1 and 0,
    -> `logits` float32 `(1, map_frames, map_bins, codebook_size)`.

    Args:
        prior: What to convert.
        number_format: As of `export.tflite.convert.convert`. Defaults to `"int8"`.
        calibration: Pairs of `quantized` and `visible` of real codemaps with holes.
            Needed for `"int8"` alone.

    Returns:
        The flatbuffer.

    Raises:
        ValueError: If the number format is unknown or calibration is missing.
    """
    cells = (1, None, prior.rows.offset.shape[2])

    def predict(quantized: tf.Tensor, visible: tf.Tensor) -> dict[str, tf.Tensor]:
        return {"logits": prior((quantized, visible))}

    signature = Signature(
        predict,
        [
            tf.TensorSpec((*cells, prior.codebook_dim), name="quantized"),
            tf.TensorSpec((*cells, 1), name="visible"),
        ],
    )
    return convert_signatures(
        {PRIOR_SIGNATURE: signature},
        [prior],
        number_format=number_format,
        examples=[
            (PRIOR_SIGNATURE, {"quantized": quantized, "visible": visible})
            for quantized, visible in calibration
        ],
    )
