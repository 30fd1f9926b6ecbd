"""A prior as a flatbuffer: what Keras gives, with operators that every engine has."""

import json

import numpy as np
import pytest
import tensorflow as tf

from edge_runtime.engines.litert_engine import LiteRTEngine
from edge_runtime.engines.numpy_engine import NumpyEngine
from export.tflite.convert_prior import convert_prior
from export.tflite.dilation import direct_dilation
from export.tflite.graph_arrays import describe_graphs
from export.tflite.graph_check import operators_of
from export.tflite.inner_prior import with_inner_prior
from export.tflite.joined import joined
from export.tflite.quiet import quiet

OPERATORS = {"ADD", "CONCATENATION", "CONV_2D", "MUL", "RELU"}
# Largest and mean difference from Keras, as a share of the logits' own deviation.
LIMITS = {"float32": (1e-4, 1e-5), "int8": (0.5, 0.06)}


def masked(codebook, frames, seed):
    """A random codemap, what is hidden of it, and the inputs of the prior."""
    rng = np.random.default_rng(seed)
    codemap = rng.integers(0, 16, (1, frames, 4)).astype(np.int32)
    hidden = rng.random(codemap.shape) < 0.4
    visible = (~hidden).astype(np.float32)[..., np.newaxis]
    return codemap, hidden, (codebook[codemap] * visible, visible)


@pytest.fixture(scope="module", params=LIMITS)
def exported(request, flatbuffers, tiny_prior):
    """Number format, and the codec's flatbuffer with the prior in it."""
    codebook = tiny_prior.codebook.numpy()
    with quiet():
        flatbuffer = convert_prior(
            tiny_prior,
            number_format=request.param,
            calibration=[masked(codebook, 20, seed)[2] for seed in range(8)],
        )
        flatbuffer = with_inner_prior(flatbuffer)
        return request.param, joined(flatbuffers[request.param], flatbuffer)


def test_it_gives_what_keras_gives_at_any_number_of_frames(exported, tiny_prior):
    number_format, flatbuffer = exported
    largest, mean = LIMITS[number_format]
    engine = LiteRTEngine(flatbuffer)
    for frames in (1, 7, 40):
        codemap, hidden, inputs = masked(tiny_prior.codebook.numpy(), frames, 99)
        expected = np.asarray(tiny_prior.logits_of(codemap, hidden))
        received = engine.predict(*inputs)
        assert received.shape == expected.shape == (1, frames, 4, 16)
        difference = np.abs(received - expected) / expected.std()
        assert difference.max() <= largest
        assert difference.mean() <= mean


def test_its_operators_are_those_that_every_engine_has(exported):
    number_format, flatbuffer = exported
    borders = {"QUANTIZE", "DEQUANTIZE"} if number_format == "int8" else set()
    assert set(operators_of(flatbuffer)["prior"]) == OPERATORS | borders
    dilations = {
        tuple(operator["options"]["dilation"])
        for operator in describe_graphs(flatbuffer)["prior"]["operators"]
        if operator["name"] == "CONV_2D"
    }
    assert dilations == {(1, 1), (2, 1), (1, 2), (3, 2)}


def test_the_numpy_engine_runs_it(exported, tiny_prior):
    number_format, flatbuffer = exported
    graph = json.loads(json.dumps(describe_graphs(flatbuffer)))
    _, _, inputs = masked(tiny_prior.codebook.numpy(), 12, 5)
    expected = LiteRTEngine(flatbuffer).predict(*inputs)
    received = NumpyEngine(flatbuffer, graph).predict(*inputs)
    limit = 0.0 if number_format == "int8" else 1e-5 * np.abs(expected).max()
    np.testing.assert_allclose(received, expected, rtol=0, atol=limit)


def test_inner_frames_alone_are_the_same_numbers(exported, tiny_prior):
    number_format, flatbuffer = exported
    cuts = operators_of(flatbuffer)["prior_inner"].count("STRIDED_SLICE")
    assert cuts == 1 + len(tiny_prior.dilations)
    reach, engine = tiny_prior.reach, LiteRTEngine(flatbuffer)
    for frames in (40, 2 * reach + 1):
        _, _, inputs = masked(tiny_prior.codebook.numpy(), frames, 7)
        expected = engine.predict(*inputs)[:, reach : frames - reach]
        limit = 0.0 if number_format == "int8" else 1e-5 * np.abs(expected).max()
        inner = engine.predict_inner(*inputs)
        np.testing.assert_allclose(inner, expected, rtol=0, atol=limit)


def test_the_codec_beside_it_stays_as_it_was(exported, flatbuffers, examples):
    number_format, flatbuffer = exported
    alone = flatbuffers[number_format]
    before, after = LiteRTEngine(alone), LiteRTEngine(flatbuffer)
    codemap = np.random.default_rng(0).integers(0, 16, (1, 6, 4)).astype(np.int32)
    spectrogram = examples(3)
    np.testing.assert_array_equal(before.encode(spectrogram), after.encode(spectrogram))
    np.testing.assert_array_equal(before.decode(codemap), after.decode(codemap))
    operators = operators_of(flatbuffer)
    del operators["prior"], operators["prior_inner"]
    assert operators == operators_of(alone)


def test_training_keeps_the_gradient_that_it_had(tiny_prior):
    codemap, hidden, _ = masked(tiny_prior.codebook.numpy(), 9, 1)
    expected = np.asarray(tiny_prior.logits_of(codemap, hidden))
    with direct_dilation([tiny_prior]):
        within = np.asarray(tiny_prior.logits_of(codemap, hidden))
    np.testing.assert_allclose(within, expected, atol=1e-4 * np.abs(expected).max())
    kernel = tiny_prior.blocks[1].wide.kernel
    with tf.GradientTape() as tape:
        total = tf.reduce_sum(tf.square(tiny_prior.logits_of(codemap, hidden)))
    assert np.abs(tape.gradient(total, kernel.value)).max() > 0.0
