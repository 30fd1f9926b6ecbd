"""A Keras VQ-VAE as one TFLite flatbuffer with three signatures."""

import re
import tempfile
from collections.abc import Iterable, Iterator

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray
from tensorflow.lite.python.convert import ConverterError

from edge_runtime.errors import UserError
from export.compact import compact
from export.graph_check import check_graph
from export.number_formats import NUMBER_FORMATS

SIGNATURES = ("encode", "decode", "decode_quantized")


def convert(
    model: keras.Model,
    *,
    example_shape: tuple[int | None, int, int],
    number_format: str = "int8",
    calibration: Iterable[NDArray[np.float32]] = (),
) -> bytes:
    """Convert encoder, codebook and decoder to TFLite.

    The signatures, all with a batch of one:

    - `encode`: `spectrogram` float32 `(1, frames, bins, channels)` -> `latents` float32
      `(1, map_frames, map_bins, codebook_dim)`;
    - `decode`: `codemap` int32 `(1, map_frames, map_bins)` -> `spectrogram`;
    - `decode_quantized`: `quantized`, shaped like the latents, -> `spectrogram`, for
      effects that change codewords and not codes.

    The nearest codeword is left to the caller, in numpy: inside an int8 graph all its
    scores would share one scale and 16 % of the codes would change. The two decoders
    share their weights in the file, so that the third signature costs only its graph.

    Args:
        model: VQ-VAE with `encoder`, `decoder` and `quantizer.codebook`.
        example_shape: `(frames, bins, channels)` the encoder takes. With `None` for
            `frames` every multiple of the encoder's time stride runs.
        number_format: `"int8"`: weights and activations, calibrated; `"float32"`;
            `"float16"`: weights only; `"dynamic"`: int8 weights, activations scaled as
            they come. Inputs and outputs stay float32. Defaults to `"int8"`.
        calibration: Real examples of shape `(1, frames, bins, channels)`, whose ranges
            of values fix the int8 scales. Needed for `"int8"` alone.

    Returns:
        The flatbuffer.

    Raises:
        ValueError: If the number format is unknown or calibration is missing.
        UserError: If the model needs operators that TFLite does not have built in.
    """
    if number_format not in NUMBER_FORMATS:
        raise ValueError(
            f"Unknown number format {number_format!r}. "
            f"Expected one of {', '.join(NUMBER_FORMATS)}."
        )
    examples = list(_calibration_inputs(model, calibration))
    if number_format == "int8" and not examples:
        raise ValueError("int8 needs calibration examples. Received none.")
    with tempfile.TemporaryDirectory() as folder:
        _write_saved_model(model, example_shape, folder)
        converter = tf.lite.TFLiteConverter.from_saved_model(
            folder, signature_keys=list(SIGNATURES)
        )
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS]
        if number_format != "float32":
            converter.optimizations = [tf.lite.Optimize.DEFAULT]
        if number_format == "float16":
            converter.target_spec.supported_types = [tf.float16]
        if number_format == "int8":
            converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
            converter.representative_dataset = lambda: iter(examples)
        try:
            flatbuffer = converter.convert()
        except ConverterError as error:
            raise UserError(_missing_operators(str(error))) from error
    check_graph(flatbuffer, SIGNATURES)
    return compact(flatbuffer)


def _write_saved_model(
    model: keras.Model, example_shape: tuple[int | None, int, int], folder: str
) -> None:
    """Trace the three signatures and write them as a SavedModel."""
    frames, bins, channels = example_shape
    # A constant, so that `tf.gather` becomes one GATHER in every number format.
    codebook = tf.constant(model.quantizer.codebook.numpy())
    spectrogram = tf.TensorSpec((1, frames, bins, channels), name="spectrogram")

    def encode(spectrogram):
        return {"latents": model.encoder(spectrogram, training=False)}

    def decode(codemap):
        return decode_quantized(tf.gather(codebook, codemap))

    def decode_quantized(quantized):
        return {"spectrogram": model.decoder(quantized, training=False)}

    latents = tf.function(encode).get_concrete_function(spectrogram).output_shapes
    latents = latents["latents"]
    codemap = tf.TensorSpec(latents[:-1], tf.int32, name="codemap")
    quantized = tf.TensorSpec(latents, name="quantized")

    archive = keras.export.ExportArchive()
    archive.track(model.encoder)
    archive.track(model.decoder)
    archive.add_endpoint("encode", encode, input_signature=[spectrogram])
    archive.add_endpoint("decode", decode, input_signature=[codemap])
    archive.add_endpoint(
        "decode_quantized", decode_quantized, input_signature=[quantized]
    )
    archive.write_out(folder, verbose=False)


def _calibration_inputs(
    model: keras.Model, calibration: Iterable[NDArray[np.float32]]
) -> Iterator[tuple[str, dict[str, NDArray[np.generic]]]]:
    """Each example for every signature: the decoders see the codemap it really has."""
    for spectrogram in calibration:
        codemap = model.quantizer.codes_of(model.encoder(spectrogram, training=False))
        quantized = model.quantizer.codewords_of(codemap)
        yield "encode", {"spectrogram": np.asarray(spectrogram, np.float32)}
        yield "decode", {"codemap": np.asarray(codemap, np.int32)}
        yield "decode_quantized", {"quantized": np.asarray(quantized, np.float32)}


def _missing_operators(message: str) -> str:
    """One line out of the converter's many."""
    groups = re.findall(r"^(?:TF Select|Custom) ops: (.+)$", message, re.MULTILINE)
    names = sorted({name for group in groups for name in group.split(", ")})
    return (
        "This model does not convert to TFLite built-in operators. "
        f"Not built in: {', '.join(names) or message.splitlines()[0]}."
    )
