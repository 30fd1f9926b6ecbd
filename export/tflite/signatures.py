"""What the signatures of an exported model compute."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

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
        `encode`, `decode` and `decode_quantized`, all with a batch of one.
    """
    spectrogram = tf.TensorSpec((1, *example_shape), name="spectrogram")
    # A constant, so that `tf.gather` becomes one GATHER in every number format.
    codebook = tf.constant(model.quantizer.codebook.numpy())

    def encode(spectrogram: tf.Tensor) -> dict[str, tf.Tensor]:
        return {"latents": model.encoder(spectrogram, training=False)}

    def decode(codemap: tf.Tensor) -> dict[str, tf.Tensor]:
        return decode_quantized(tf.gather(codebook, codemap))

    def decode_quantized(quantized: tf.Tensor) -> dict[str, tf.Tensor]:
        return {"spectrogram": model.decoder(quantized, training=False)}

    traced = tf.function(encode).get_concrete_function(spectrogram)
    shape = traced.output_shapes["latents"]
    codemap = tf.TensorSpec(shape[:-1], tf.int32, name="codemap")
    quantized = tf.TensorSpec(shape, name="quantized")
    return {
        "encode": Signature(encode, [spectrogram]),
        "decode": Signature(decode, [codemap]),
        "decode_quantized": Signature(decode_quantized, [quantized]),
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
    quantizer = model.quantizer
    codemap = quantizer.codes_of(model.encoder(spectrogram, training=False))
    yield "encode", {"spectrogram": np.asarray(spectrogram, np.float32)}
    yield "decode", {"codemap": np.asarray(codemap, np.int32)}
    yield "decode_quantized", {"quantized": np.asarray(quantizer.codewords_of(codemap))}
