"""The description of a graph, and the numpy engine running from it, on real exports."""

import json

import numpy as np
import pytest

from edge_runtime.bundle.codebook import codes_of
from edge_runtime.engines.litert_engine import LiteRTEngine
from edge_runtime.engines.numpy_engine import NumpyEngine
from export.tflite.graph_arrays import describe_graphs
from export.tflite.number_formats import NUMBER_FORMATS
from export.tflite.quiet import quiet

# Float sums add up in another order; int8 (static scales) must be equal bit by bit.
LIMITS = {"float32": 1e-5, "float16": 1e-5, "dynamic": 1e-5, "int8": 0.0}


def engines(flatbuffer):
    """LiteRT and numpy, the latter from a description that went through JSON."""
    graph = json.loads(json.dumps(describe_graphs(flatbuffer)))
    with quiet():
        litert = LiteRTEngine(flatbuffer)
    return litert, NumpyEngine(flatbuffer, graph)


def assert_equal_engines(flatbuffer, spectrogram, codebook_size, limit):
    litert, ours = engines(flatbuffer)
    rng = np.random.default_rng(3)
    with quiet():
        latents = litert.encode(spectrogram)
        codemap = rng.integers(0, codebook_size, latents.shape[:3]).astype(np.int32)
        decoded = litert.decode(codemap)
        # No codewords, and some beyond the range of latents.
        quantized = rng.normal(0, 2 * latents.std(), latents.shape).astype(np.float32)
        of_vectors = litert.decode_quantized(quantized)
    for expected, received in (
        (latents, ours.encode(spectrogram)),
        (decoded, ours.decode(codemap)),
        (of_vectors, ours.decode_quantized(quantized)),
    ):
        assert received.dtype == np.float32 and received.shape == expected.shape
        scale = np.abs(expected).max()
        np.testing.assert_allclose(received, expected, rtol=0, atol=limit * scale)
        assert expected.std() > 0.01 * scale


@pytest.mark.parametrize("frames", [4, 24, 100])
@pytest.mark.parametrize("number_format", NUMBER_FORMATS)
def test_equals_litert_at_any_number_of_frames(
    flatbuffers, examples, number_format, frames
):
    limit = LIMITS[number_format]
    spectrogram = examples(77, frames)
    assert_equal_engines(flatbuffers[number_format], spectrogram, 16, limit)


def _residual():
    from vqkeras.layers.residual_grid import ResidualGridDecoder, ResidualGridEncoder

    grid = {"channels": [8, 12], "strides": [[2, 4], [2, 2]]}
    decoder = ResidualGridDecoder(**grid, blocks=1)
    return ResidualGridEncoder(**grid, codebook_dim=4), decoder


def _wavenet():
    from vqkeras.layers.wavenet_grid import WaveNetGridDecoder, WaveNetGridEncoder

    grid = {"channels": [8, 12], "strides": [[2, 4], [2, 2]], "gate_units": 6}
    decoder = WaveNetGridDecoder(**grid, dilations=[1, 2])
    return WaveNetGridEncoder(**grid, dilations=[1, 2], codebook_dim=4), decoder


def _same():
    from vqkeras.layers.conv_stack import ConvDecoder, ConvEncoder

    stack = {
        "channels": [8, 8],
        "strides": [[2, 4], [2, 2]],
        "dense_units": [6],
    }
    return ConvEncoder(**stack, codebook_dim=4), ConvDecoder(**stack)


def _valid():
    from vqkeras.layers.conv_stack import ConvDecoder, ConvEncoder

    stack = {
        "channels": [6, 8],
        "strides": [[1, 1], [2, 2]],
        "kernel_size": 5,
        "padding": "valid",
    }
    return ConvEncoder(**stack, codebook_dim=4), ConvDecoder(**stack)


@pytest.mark.parametrize(
    ("halves", "frames", "number_format"),
    [
        (_residual, None, "int8"),
        (_wavenet, None, "int8"),
        (_valid, 25, "int8"),
        pytest.param(_residual, None, "dynamic", marks=pytest.mark.slow),
        pytest.param(_wavenet, None, "dynamic", marks=pytest.mark.slow),
        pytest.param(_same, None, "int8", marks=pytest.mark.slow),
        pytest.param(_valid, None, "int8", marks=pytest.mark.slow),
        pytest.param(_valid, 25, "float16", marks=pytest.mark.slow),
    ],
)
def test_every_architecture(examples, halves, frames, number_format):
    with quiet():
        from export.tflite.convert import convert
        from vqkeras.layers.vector_quantizer_ema import VectorQuantizerEMA
        from vqkeras.model.vqvae import VQVAE

        encoder, decoder = halves()
        quantizer = VectorQuantizerEMA(16, initialise_from_batch=False, seed=3)
        model = VQVAE(encoder, quantizer, decoder)
        example = examples(0, 25 if halves is _valid else 24)
        example = example[:, :, :31] if halves is _valid else example
        rng = np.random.default_rng(6)
        model(example)
        for weight in [*encoder.weights, *decoder.weights]:
            if weight.name in ("kernel", "bias"):
                scale = 1.0 / np.sqrt(max(1, np.prod(weight.shape[:-1])))
                weight.assign(np.abs(rng.normal(0.5 * scale, scale, weight.shape)))
        calibration = [example, example[:, ::-1], example * 0.5]
        flatbuffer = convert(
            model,
            example_shape=(frames, *example.shape[2:]),
            number_format=number_format,
            calibration=calibration,
        )
    assert_equal_engines(flatbuffer, example, 16, LIMITS[number_format])


def test_codes_are_litert_s(flatbuffers, tiny_model, examples):
    codebook = tiny_model.quantizer.codebook.numpy()
    litert, ours = engines(flatbuffers["int8"])
    spectrogram = examples(5, 40)
    with quiet():
        expected = codes_of(litert.encode(spectrogram), codebook)
    np.testing.assert_array_equal(
        codes_of(ours.encode(spectrogram), codebook), expected
    )


def test_repeats_no_weights(flatbuffers):
    graphs = describe_graphs(flatbuffers["int8"])
    assert sorted(graphs) == ["decode", "decode_quantized", "encode"]
    offsets = {
        name: {tensor["offset"] for tensor in graph["tensors"] if "offset" in tensor}
        for name, graph in graphs.items()
    }
    # Both decoders point at the same weights.
    assert len(offsets["decode"] & offsets["decode_quantized"]) >= 8
    assert len(json.dumps(graphs)) < 15_000


def test_offsets_lead_to_the_weights(flatbuffers, tiny_model):
    flatbuffer = flatbuffers["float32"]
    graph = describe_graphs(flatbuffer)["decode"]
    gather = graph["operators"][0]
    assert gather["name"] == "GATHER" and gather["options"] == {"axis": 0}
    table = graph["tensors"][gather["inputs"][0]]
    assert (table["dtype"], table["shape"]) == ("float32", [16, 4])
    stored = np.frombuffer(flatbuffer, "<f4", 64, table["offset"])
    codebook = tiny_model.quantizer.codebook.numpy()
    np.testing.assert_array_equal(stored.reshape(16, 4), codebook)
    with pytest.raises(ValueError, match="Expected a TFLite flatbuffer"):
        describe_graphs(b"something else")
