"""What the signatures of an exported model compute, of one codemap or of two."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from vqkeras.layers.hierarchical_quantizer import HierarchicalQuantizer

# Inputs of one signature, by name.
Inputs = dict[str, NDArray[np.generic]]


@dataclass(frozen=True)
class Signature:
    """One signature, ready to be traced.

    Attributes:
        function: From its inputs to a dict of its outputs.
        inputs: Specs of its inputs, named as it calls them.
    """

    function: Callable[..., dict[str, tf.Tensor]]
    inputs: list[tf.TensorSpec]


def signatures_of(
    model: keras.Model, example_shape: tuple[int | None, int, int]
) -> dict[str, Signature]:
    """The signatures of a model, by name.

    Args:
        model: VQ-VAE.
        example_shape: `(frames, bins, channels)` the encoder takes; `None`: any number.

    Returns:
        `encode`, `decode` and `decode_quantized`, all with a batch of one. Of two
        codemaps every name of a coarse input or output begins with `coarse_`.
    """
    frames, bins, channels = example_shape
    spectrogram = tf.TensorSpec((1, frames, bins, channels), name="spectrogram")
    levels = _levels(model)
    # Constants, so that `tf.gather` becomes one GATHER in every number format.
    codebooks = [tf.constant(level.codebook.numpy()) for level in levels.values()]

    def encode(spectrogram):
        latents = _encode(model, spectrogram)
        return {f"{level}latents": part for level, part in latents.items()}

    def decode(*codemaps):
        return decode_quantized(
            *(
                tf.gather(codebook, codemap)
                for codebook, codemap in zip(codebooks, codemaps, strict=True)
            )
        )

    def decode_quantized(*quantized):
        return {"spectrogram": _decode(model, quantized)}

    shapes = tf.function(encode).get_concrete_function(spectrogram).output_shapes
    shapes = {level: shapes[f"{level}latents"] for level in levels}
    return {
        "encode": Signature(encode, [spectrogram]),
        "decode": Signature(
            decode,
            [
                tf.TensorSpec(shape[:-1], tf.int32, name=f"{level}codemap")
                for level, shape in shapes.items()
            ],
        ),
        "decode_quantized": Signature(
            decode_quantized,
            [
                tf.TensorSpec(shape, name=f"{level}quantized")
                for level, shape in shapes.items()
            ],
        ),
    }


def calibration_inputs(
    model: keras.Model, spectrogram: NDArray[np.float32]
) -> Iterator[tuple[str, Inputs]]:
    """One example for every signature: the decoders see the codes it really has.

    Args:
        model: VQ-VAE.
        spectrogram: Shape `(1, frames, bins, channels)`.

    Yields:
        Name of a signature, and its inputs.
    """
    latents = _encode(model, spectrogram)
    levels = _levels(model)
    codemaps = {name: levels[name].codes_of(part) for name, part in latents.items()}
    yield "encode", {"spectrogram": np.asarray(spectrogram, np.float32)}
    yield (
        "decode",
        {f"{name}codemap": np.asarray(c, np.int32) for name, c in codemaps.items()},
    )
    yield (
        "decode_quantized",
        {
            f"{name}quantized": np.asarray(levels[name].codewords_of(codemap))
            for name, codemap in codemaps.items()
        },
    )


def _levels(model: keras.Model) -> dict[str, Any]:
    """Beginning of each level's names -> its quantizer."""
    quantizer = model.quantizer
    if isinstance(quantizer, HierarchicalQuantizer):
        return {"": quantizer.fine, "coarse_": quantizer.coarse}
    return {"": quantizer}


def _encode(model: keras.Model, spectrogram: Any) -> dict[str, tf.Tensor]:
    if isinstance(model.quantizer, HierarchicalQuantizer):
        fine, coarse = model.encoder.levels(spectrogram)
        return {"": fine, "coarse_": coarse}
    return {"": model.encoder(spectrogram, training=False)}


def _decode(model: keras.Model, quantized: tuple[tf.Tensor, ...]) -> tf.Tensor:
    if isinstance(model.quantizer, HierarchicalQuantizer):
        return model.decoder.decode_levels(*quantized)
    return model.decoder(*quantized, training=False)
