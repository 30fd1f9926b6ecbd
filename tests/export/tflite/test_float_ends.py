"""Operators added behind an int8 graph, in both engines."""

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter

from edge_runtime.engines.numpy_engine.engine import NumpyEngine
from export.tflite.float_ends import with_float_end
from export.tflite.graph_arrays import describe_graphs

SCALES = np.array([0.25], np.float32)


@pytest.fixture
def scaled(flatbuffers):
    """The decoder's one channel times a quarter."""
    return with_float_end(
        flatbuffers["int8"],
        "decode",
        parts=["spectrogram"],
        name="quarter",
        scales=SCALES,
    )


def test_the_output_has_a_new_name_and_is_multiplied(flatbuffers, scaled):
    codemap = np.random.default_rng(1).integers(0, 16, (1, 5, 4)).astype(np.int32)
    results = []
    for flatbuffer in (flatbuffers["int8"], scaled):
        run = Interpreter(model_content=flatbuffer).get_signature_runner("decode")
        results.append(run(codemap=codemap))
    assert list(results[1]) == ["quarter"]
    np.testing.assert_array_equal(
        results[1]["quarter"], results[0]["spectrogram"] * SCALES
    )


def test_other_signatures_stay_as_they_are(flatbuffers, scaled, examples):
    results = [
        Interpreter(model_content=flatbuffer).get_signature_runner("encode")(
            spectrogram=examples(5)
        )["latents"]
        for flatbuffer in (flatbuffers["int8"], scaled)
    ]
    np.testing.assert_array_equal(*results)


@pytest.mark.parametrize("frames", [4, 24, 64])
def test_sums_and_products_are_the_same_bits_in_numpy(flatbuffers, examples, frames):
    flatbuffer = flatbuffers["int8"]
    spectrogram = examples(6, frames)
    run = Interpreter(model_content=flatbuffer).get_signature_runner("encode")
    engine = NumpyEngine(flatbuffer, describe_graphs(flatbuffer))
    np.testing.assert_array_equal(
        engine.encode(spectrogram), run(spectrogram=spectrogram)["latents"]
    )
