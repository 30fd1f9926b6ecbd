import contextlib

import keras
import numpy as np
import pytest
import tensorflow as tf
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter

from edge_runtime.errors import UserError
from export.tflite.convert import convert
from export.tflite.fine_latents import PARTS
from export.tflite.number_formats import NUMBER_FORMATS
from export.tflite.quiet import quiet

# Largest and mean difference from Keras, as a share of the output's own deviation: an
# int8 step is about 1/64 of it, and a few steps add up on the way.
LIMITS = {
    "float32": (1e-5, 1e-6),
    "float16": (0.01, 0.002),
    "dynamic": (0.15, 0.03),
    "int8": (0.3, 0.03),
}


def runner(flatbuffer, signature):
    return Interpreter(model_content=flatbuffer).get_signature_runner(signature)


def shape_of(details):
    return details["shape_signature"].tolist()


@pytest.mark.parametrize("number_format", NUMBER_FORMATS)
def test_signatures_take_and_give_what_the_bundle_promises(flatbuffers, number_format):
    flatbuffer = flatbuffers[number_format]
    expected = {
        "encode": ("spectrogram", [1, -1, 32, 1], np.float32, "latents"),
        "decode": ("codemap", [1, -1, 4], np.int32, "spectrogram"),
        "decode_quantized": ("quantized", [1, -1, 4, 4], np.float32, "spectrogram"),
    }
    for signature, (name, shape, dtype, output) in expected.items():
        run = runner(flatbuffer, signature)
        (inputs,) = run.get_input_details().items()
        assert inputs[0] == name
        assert shape_of(inputs[1]) == shape
        assert inputs[1]["dtype"] == dtype
        (outputs,) = run.get_output_details().items()
        assert outputs[0] == output
        assert outputs[1]["dtype"] == np.float32


@pytest.mark.parametrize("frames", [4, 24, 100])
@pytest.mark.parametrize("number_format", NUMBER_FORMATS)
def test_equals_keras_at_any_number_of_frames(
    flatbuffers, tiny_model, examples, number_format, frames
):
    flatbuffer = flatbuffers[number_format]
    spectrogram = examples(77, frames)
    latents = tiny_model.encoder(spectrogram, training=False).numpy()
    codemap = tiny_model.quantizer.codes_of(latents).numpy()
    decoded = tiny_model.decode_codemap(codemap).numpy()
    outputs = {
        "latents": runner(flatbuffer, "encode")(spectrogram=spectrogram)["latents"],
        "decoded": runner(flatbuffer, "decode")(codemap=codemap)["spectrogram"],
    }
    largest, mean = LIMITS[number_format]
    for name, expected in (("latents", latents), ("decoded", decoded)):
        assert outputs[name].shape == expected.shape
        difference = np.abs(outputs[name] - expected) / expected.std()
        assert difference.max() <= largest, name
        assert difference.mean() <= mean, name


@pytest.mark.parametrize("number_format", ["int8", "float32"])
def test_both_decoders_agree_exactly(flatbuffers, tiny_model, number_format):
    codebook = tiny_model.quantizer.codebook.numpy()
    codemap = np.random.default_rng(1).integers(0, 16, (1, 5, 4)).astype(np.int32)
    flatbuffer = flatbuffers[number_format]
    by_code = runner(flatbuffer, "decode")(codemap=codemap)["spectrogram"]
    by_value = runner(flatbuffer, "decode_quantized")(quantized=codebook[codemap])
    np.testing.assert_array_equal(by_code, by_value["spectrogram"])


def test_int8_clips_vectors_beyond_the_codewords(flatbuffers, tiny_model):
    codebook = tiny_model.quantizer.codebook.numpy()
    far = codebook[np.arange(16, dtype=np.int32).reshape(1, 4, 4)] * np.float32(100)
    for number_format, clips in (("int8", True), ("float32", False)):
        decode = runner(flatbuffers[number_format], "decode_quantized")
        beyond, further = (
            decode(quantized=far * np.float32(factor))["spectrogram"]
            for factor in (1, 2)
        )
        assert np.array_equal(beyond, further) == clips


@pytest.mark.parametrize("number_format", NUMBER_FORMATS)
def test_no_weights_are_stored_twice(flatbuffers, number_format):
    flatbuffer = flatbuffers[number_format]
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(flatbuffer, 0))
    buffers = [
        bytes(buffer.data) for buffer in model.buffers if buffer.data is not None
    ]
    weights = [buffer for buffer in buffers if len(buffer) > 64]
    assert len(weights) == len(set(weights)) > 0


def test_int8_files_are_smaller(flatbuffers):
    sizes = {name: len(flatbuffer) for name, flatbuffer in flatbuffers.items()}
    assert sizes["int8"] < sizes["float32"]
    assert sizes["float16"] < sizes["float32"]


def test_int8_works_in_int8(flatbuffers):
    """Between the borders nothing is float: no layer silently fell back."""
    model = schema.Model.GetRootAsModel(flatbuffers["int8"], 0)
    for index in range(model.SignatureDefsLength()):
        signature = model.SignatureDefs(index)
        graph = model.Subgraphs(signature.SubgraphIndex())
        types = [graph.Tensors(i).Type() for i in range(graph.TensorsLength())]
        borders = graph.InputsLength() + graph.OutputsLength()
        # The parts of the latents, their sums and what the last is multiplied by.
        sums = 2 * PARTS if signature.SignatureKey() == b"encode" else 0
        assert types.count(schema.TensorType.FLOAT32) <= borders + sums


def test_refuses_unknown_format_and_missing_calibration(tiny_model):
    with pytest.raises(ValueError, match="Unknown number format 'int4'"):
        convert(tiny_model, example_shape=(None, 32, 1), number_format="int4")
    with pytest.raises(ValueError, match="int8 needs calibration"):
        convert(tiny_model, example_shape=(None, 32, 1))


def test_names_the_operators_that_are_not_built_in(tiny_model):
    class Decoder(keras.Layer):
        def call(self, quantized):
            return tf.math.polygamma(quantized, quantized)

    class Model:
        encoder = tiny_model.encoder
        quantizer = tiny_model.quantizer
        decoder = Decoder()

    Model.decoder(np.zeros((1, 6, 4, 4), np.float32))
    message = "Not built in: Polygamma.$"
    with pytest.raises(UserError, match=message), quiet():
        convert(Model, example_shape=(None, 32, 1), number_format="float32")


def test_int8_equalises_the_channels_of_the_encoder(tiny_model, examples, monkeypatch):
    """One channel a hundred times as loud as the others would cost them their bits."""
    loud, reader = _loud_and_reader(tiny_model.encoder)
    weights = tiny_model.encoder.get_weights()
    sizes = np.ones(loud.kernel.shape[-1], np.float32)
    sizes[0] = 100.0
    spectrogram = examples(77, 24)
    errors = []
    try:
        loud.kernel.assign(loud.kernel * sizes)
        loud.bias.assign(loud.bias * sizes)
        reader.kernel.assign(reader.kernel / sizes[:, np.newaxis])
        expected = tiny_model.encoder(spectrogram, training=False).numpy()
        for equalise in (True, False):
            if not equalise:
                monkeypatch.setattr(
                    "export.tflite.convert.equalised",
                    lambda *_: contextlib.nullcontext(),
                )
            with quiet():
                flatbuffer = convert(
                    tiny_model,
                    example_shape=(None, 32, 1),
                    calibration=[examples(seed, 24) for seed in range(4)],
                )
            latents = runner(flatbuffer, "encode")(spectrogram=spectrogram)["latents"]
            errors.append(np.abs(latents - expected).mean())
    finally:
        tiny_model.encoder.set_weights(weights)
    assert errors[0] < 0.7 * errors[1]


def _loud_and_reader(encoder):
    """The first two convolutions with nothing but a ReLU between them."""
    layers = encoder.stack.layers
    for before, between, after in zip(layers, layers[1:], layers[2:], strict=False):
        convolutions = all(isinstance(x, keras.layers.Conv2D) for x in (before, after))
        if convolutions and isinstance(between, keras.layers.ReLU):
            return before, after
    raise AssertionError("no such place")
