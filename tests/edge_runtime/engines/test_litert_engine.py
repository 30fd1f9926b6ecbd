"""The interpreter wrapper: signatures, free and fixed lengths, missing packages."""

import sys

import numpy as np
import pytest

from edge_runtime.engines.litert_engine import LiteRTEngine
from edge_runtime.errors import BundleError, MissingDependencyError


@pytest.fixture
def engine(flatbuffer):
    return LiteRTEngine(flatbuffer)


@pytest.mark.parametrize("frames", [4, 64, 16, 64])
def test_free_number_of_frames(engine, level_codec, settings, frames):
    rng = np.random.default_rng(frames)
    spectrogram = rng.random((1, frames, settings.num_bins, 1), np.float32)
    latents = engine.encode(spectrogram)
    assert latents.dtype == np.float32
    np.testing.assert_allclose(latents, level_codec.encode(spectrogram), atol=1e-6)
    codemap = rng.integers(0, 16, latents.shape[:3]).astype(np.int32)
    decoded = engine.decode(codemap)
    assert decoded.shape == spectrogram.shape
    np.testing.assert_allclose(decoded, level_codec.decode(codemap), atol=1e-6)


def test_wrong_shape_names_the_right_one(engine):
    with pytest.raises(BundleError, match=r"\(1, any, 128, 1\). Received: \(1, 4, 64"):
        engine.encode(np.zeros((1, 4, 64, 1), np.float32))
    with pytest.raises(BundleError, match="codemap of shape"):
        engine.decode(np.zeros((4, 8), np.int32))


def test_fixed_number_of_frames_is_not_resized(convert_levels):
    engine = LiteRTEngine(convert_levels(16))
    assert engine.encode(np.zeros((1, 16, 128, 1), np.float32)).shape == (1, 4, 8, 1)
    with pytest.raises(BundleError, match=r"\(1, 16, 128, 1\)"):
        engine.encode(np.zeros((1, 20, 128, 1), np.float32))
    with pytest.raises(BundleError, match=r"\(1, 4, 8\)"):
        engine.decode(np.zeros((1, 5, 8), np.int32))


def test_not_a_model():
    pytest.importorskip("ai_edge_litert")
    with pytest.raises(BundleError, match="cannot run the model"):
        LiteRTEngine(b"\x1c\0\0\0TFL3" + bytes(64))


def test_model_without_our_signatures(tmp_path):
    tf = pytest.importorskip("tensorflow")
    pytest.importorskip("ai_edge_litert")
    module = tf.Module()
    module.double = tf.function(
        lambda x: {"y": 2.0 * x}, input_signature=[tf.TensorSpec((1,), name="x")]
    )
    tf.saved_model.save(module, str(tmp_path), signatures={"encode": module.double})
    converter = tf.lite.TFLiteConverter.from_saved_model(
        str(tmp_path), signature_keys=["encode"]
    )
    with pytest.raises(BundleError, match=r"no signature encode\(spectrogram\)"):
        LiteRTEngine(converter.convert())


def test_no_interpreter_installed(block_imports):
    block_imports("ai_edge_litert", "tflite_runtime")
    with pytest.raises(MissingDependencyError, match=r"pip install '\.\[edge\]'"):
        LiteRTEngine(b"")


@pytest.mark.parametrize(("version", "usable"), [("1.26.4", True), ("2.4.6", False)])
def test_tflite_runtime_needs_old_numpy(monkeypatch, block_imports, version, usable):
    block_imports("ai_edge_litert")
    made = []

    class Interpreter:
        def __init__(self, **arguments):
            made.append(arguments)
            raise ValueError("stop here\nmore")

    module = type(sys)("tflite_runtime.interpreter")
    module.Interpreter = Interpreter
    monkeypatch.setitem(sys.modules, "tflite_runtime", type(sys)("tflite_runtime"))
    monkeypatch.setitem(sys.modules, "tflite_runtime.interpreter", module)
    monkeypatch.setattr(np, "__version__", version)
    if usable:
        with pytest.raises(BundleError, match="stop here$"):
            LiteRTEngine(b"model", threads=2)
        assert made == [{"model_content": b"model", "num_threads": 2}]
    else:
        with pytest.raises(MissingDependencyError, match="numpy<2"):
            LiteRTEngine(b"model")
        assert made == []
