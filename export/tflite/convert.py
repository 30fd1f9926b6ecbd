"""Keras networks as a TFLite flatbuffer: a VQ-VAE as one with three signatures."""

import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence

import keras
import numpy as np
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray
from tensorflow.lite.python.convert import ConverterError

from edge_runtime.errors import UserError
from export.tflite.compact import compact
from export.tflite.dilation import direct_dilation
from export.tflite.equalisation import equalised
from export.tflite.even_channels import even_channels
from export.tflite.fine_latents import (
    FineLatents,
    can_be_fine,
    features_of,
    fit_latents,
)
from export.tflite.float_ends import with_float_end
from export.tflite.graph_check import check_graph
from export.tflite.number_formats import NUMBER_FORMATS
from export.tflite.signatures import (
    Inputs,
    Signature,
    calibration_inputs,
    signatures_of,
)

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
        model: VQ-VAE with a codebook.
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
    calibration = list(calibration)
    if number_format == "int8" and calibration:
        return _convert_to_int8(model, example_shape, calibration)
    return convert_signatures(
        signatures_of(model, example_shape),
        [model.encoder, model.decoder],
        number_format=number_format,
        examples=(),
    )


def _convert_to_int8(
    model: keras.Model,
    example_shape: tuple[int | None, int, int],
    calibration: list[NDArray[np.float32]],
) -> bytes:
    """Convert to int8, with what keeps its latents and levels fine."""
    examples = [
        inputs
        for spectrogram in calibration
        for inputs in calibration_inputs(model, spectrogram)
    ]
    quantized = [
        inputs["quantized"] for name, inputs in examples if name == "decode_quantized"
    ]
    with (
        equalised(model.encoder, calibration),
        even_channels(model.decoder, quantized) as sizes,
    ):
        signatures = signatures_of(model, example_shape)
        fine = _fine_latents(model, signatures["encode"], calibration)
        if fine:
            (spec,) = signatures["encode"].inputs
            signatures["encode"] = fine.signature(model.encoder, spec)
        flatbuffer = convert_signatures(
            signatures,
            [model.encoder, model.decoder],
            number_format="int8",
            examples=examples,
        )
    if fine:
        flatbuffer = with_float_end(
            flatbuffer,
            "encode",
            parts=fine.names,
            name="latents",
            scales=fine.scales / np.float32(len(fine.names)),
        )
    if sizes is not None:
        for name in ("decode", "decode_quantized"):
            flatbuffer = with_float_end(
                flatbuffer,
                name,
                parts=["spectrogram"],
                name="spectrogram",
                scales=sizes,
            )
    return flatbuffer


def _fine_latents(
    model: keras.Model, encode: Signature, calibration: list[NDArray[np.float32]]
) -> FineLatents | None:
    """The last convolution of the encoder, fitted to what int8 gives it."""
    encoder = model.encoder
    if not can_be_fine(encoder):
        return None

    def features(spectrogram: tf.Tensor) -> dict[str, tf.Tensor]:
        return {"features": features_of(encoder, spectrogram)}

    flatbuffer = convert_signatures(
        {"features": Signature(features, encode.inputs)},
        [encoder],
        number_format="int8",
        examples=[("features", {"spectrogram": each}) for each in calibration],
    )
    run = Interpreter(model_content=flatbuffer).get_signature_runner("features")
    return fit_latents(
        [run(spectrogram=each)["features"] for each in calibration],
        [np.asarray(encoder(each, training=False)) for each in calibration],
    )


def convert_signatures(
    signatures: Mapping[str, Signature],
    networks: Sequence[keras.Layer],
    *,
    number_format: str,
    examples: Sequence[tuple[str, Inputs]],
) -> bytes:
    """Convert signatures to one TFLite flatbuffer.

    Args:
        signatures: What each computes, by name.
        networks: Layers and models whose weights they use.
        number_format: As of `convert`.
        examples: Names of signatures, and inputs of theirs that fix the int8 scales.
            Needed for `"int8"` alone.

    Returns:
        The flatbuffer.

    Raises:
        ValueError: If the number format is unknown or examples are missing.
        UserError: If operators are needed that TFLite does not have built in.
    """
    if number_format not in NUMBER_FORMATS:
        raise ValueError(
            f"Unknown number format {number_format!r}. "
            f"Expected one of {', '.join(NUMBER_FORMATS)}."
        )
    if number_format == "int8" and not examples:
        raise ValueError("int8 needs calibration examples. Received none.")
    with tempfile.TemporaryDirectory() as folder, direct_dilation(networks):
        _write_saved_model(signatures, networks, folder)
        converter = tf.lite.TFLiteConverter.from_saved_model(
            folder, signature_keys=list(signatures)
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
    check_graph(flatbuffer, tuple(signatures))
    return compact(flatbuffer)


def _write_saved_model(
    signatures: Mapping[str, Signature], networks: Sequence[keras.Layer], folder: str
) -> None:
    """Trace the signatures and write them as a SavedModel."""
    archive = keras.export.ExportArchive()
    for network in networks:
        archive.track(network)
    for name, signature in signatures.items():
        archive.add_endpoint(name, signature.function, input_signature=signature.inputs)
    archive.write_out(folder, verbose=False)


def _missing_operators(message: str) -> str:
    """One line out of the converter's many."""
    groups = re.findall(r"^(?:TF Select|Custom) ops: (.+)$", message, re.MULTILINE)
    names = sorted({name for group in groups for name in group.split(", ")})
    return (
        "This model does not convert to TFLite built-in operators. "
        f"Not built in: {', '.join(names) or message.splitlines()[0]}."
    )
