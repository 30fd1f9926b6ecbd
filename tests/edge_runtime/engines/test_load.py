"""Which engine is taken, and that every command works with numpy alone."""

import json
from dataclasses import replace

import numpy as np
import pytest

from edge_runtime.__main__ import main
from edge_runtime.audio.audio_file import read_audio
from edge_runtime.bundle.bundle_file import write_bundle
from edge_runtime.engines.load import load_engine
from edge_runtime.errors import BundleError, MissingDependencyError


@pytest.fixture
def numpy_alone(block_imports):
    """As if neither interpreter nor soundfile were installed."""
    block_imports("ai_edge_litert", "tflite_runtime", "soundfile")


def test_auto_takes_litert_where_it_is_installed(real_bundle):
    assert load_engine(real_bundle).name == "litert"
    assert load_engine(real_bundle, "litert", threads=2).name == "litert"
    assert load_engine(real_bundle, "numpy").name == "numpy"


def test_auto_takes_numpy_elsewhere(real_bundle, numpy_alone):
    assert load_engine(real_bundle).name == "numpy"
    with pytest.raises(MissingDependencyError, match=r"'\.\[edge\]'"):
        load_engine(real_bundle, "litert")


def test_graph_without_a_signature(level_bundle, numpy_alone):
    for engine in ("auto", "numpy"):
        with pytest.raises(BundleError, match="no signature encode. Export it again"):
            load_engine(level_bundle, engine)


def test_auto_hides_no_broken_model(real_bundle):
    pytest.importorskip("ai_edge_litert")
    broken = replace(real_bundle, flatbuffer=b"\x1c\0\0\0TFL3" + bytes(64))
    with pytest.raises(BundleError, match="The interpreter cannot run the model"):
        load_engine(broken)


def test_unknown_engine(real_bundle):
    with pytest.raises(ValueError, match="auto, litert, numpy. Received: 'onnx'"):
        load_engine(real_bundle, "onnx")


@pytest.mark.parametrize("engine", ["litert", "numpy"])
def test_vectors_are_decoded_as_they_are(real_bundle, level_codec, engine):
    codec = load_engine(real_bundle, engine)
    codemap = np.random.default_rng(0).integers(0, 16, (1, 5, 8)).astype(np.int32)
    codewords = real_bundle.codebook[codemap]
    np.testing.assert_array_equal(
        codec.decode_quantized(codewords), codec.decode(codemap)
    )
    # Codewords are 1/15 apart: nothing here is one, or is rounded to one.
    between = codewords + np.float32(0.03)
    np.testing.assert_allclose(
        codec.decode_quantized(between),
        level_codec.decode_quantized(between),
        atol=1e-6,
    )


@pytest.mark.parametrize("engine", ["litert", "numpy"])
def test_a_model_without_vectors_still_does_the_rest(
    convert_levels, real_bundle, sound_path, tmp_path, capsys, engine
):
    from export.tflite.graph_arrays import describe_graphs

    flatbuffer = convert_levels(None, names=("encode", "decode"))
    old = replace(real_bundle, flatbuffer=flatbuffer, graph=describe_graphs(flatbuffer))
    model, output = tmp_path / "old.tflite", tmp_path / "out.wav"
    write_bundle(model, old)
    command = ["transform", sound_path, "-o", output, "--model", model]
    command += ["--engine", engine, "--strength", "0.5", "--effect"]
    assert main([*map(str, command), "noise"]) == 0
    capsys.readouterr()
    assert main([*map(str, command), "gaussian_noise", "--force"]) == 4
    printed = capsys.readouterr().err
    assert "no signature decode_quantized" in printed and "Export it again" in printed
    assert printed.count("\n") == 1


def test_a_code_that_is_none(real_bundle):
    for engine in ("litert", "numpy"):
        with pytest.raises(BundleError):
            load_engine(real_bundle, engine).decode(np.full((1, 1, 8), 16, np.int32))


@pytest.mark.parametrize(
    "command",
    [
        ["inpaint", "--time", "0.4:0.6"],
        ["reconstruct"],
        ["transform", "--effect", "noise"],
        ["transform", "--effect", "gaussian_noise"],
    ],
)
def test_commands_with_numpy_alone(
    command, sound_path, bundle_path, tmp_path, capsys, block_imports
):
    name, *flags = command
    given = [str(sound_path), "--model", str(bundle_path), "--json", *flags]
    assert main([name, *given, "-o", str(tmp_path / "litert.wav")]) == 0
    assert json.loads(capsys.readouterr().out)["engine"] == "litert"
    block_imports("ai_edge_litert", "tflite_runtime", "soundfile")
    assert main([name, *given, "-o", str(tmp_path / "numpy.wav")]) == 0
    assert json.loads(capsys.readouterr().out)["engine"] == "numpy"
    litert = read_audio(tmp_path / "litert.wav").samples.astype(int)
    ours = read_audio(tmp_path / "numpy.wav").samples.astype(int)
    assert np.abs(litert - ours).max() <= 1  # one step of 16 bits
    assert np.abs(ours).max() > 1000


def test_info_and_verify_with_numpy_alone(bundle_path, capsys, numpy_alone):
    assert main(["verify", str(bundle_path)]) == 0
    assert "engine: numpy" in capsys.readouterr().out
    assert main(["info", str(bundle_path)]) == 0
