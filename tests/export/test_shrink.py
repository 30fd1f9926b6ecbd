"""Bundles of before in fewer bytes, and how many of them are a prior's."""

import dataclasses
import json

import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema

from edge_runtime.bundle.bundle_file import bytes_of, read_bundle, write_bundle
from edge_runtime.bundle.shipped import load_model
from edge_runtime.engines.golden import check_golden
from edge_runtime.engines.load import load_engine
from export import shrink
from export.prior_bytes import prior_bytes, without_prior
from export.tflite.graph_arrays import describe_graphs


def spelt_out(flatbuffer):
    """The same, with a scale of its own for each bias, as the converter gives it."""
    import flatbuffers

    model = schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(flatbuffer, 0))
    for graph in model.subgraphs:
        for operator in graph.operators:
            if operator.builtinOptionsType == schema.BuiltinOptions.Conv2DOptions:
                source, weights, bias = (
                    graph.tensors[each] for each in operator.inputs
                )
                bias.quantization.scale = (
                    weights.quantization.scale * source.quantization.scale[0]
                )
    builder = flatbuffers.Builder(0)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


@pytest.fixture(scope="module")
def before():
    """`nsynth_light` as an earlier version would have exported it."""
    bundle = load_model("nsynth_light")
    flatbuffer = spelt_out(bundle.flatbuffer)
    engine, golden = load_engine(bundle, "litert"), dict(bundle.golden)
    del golden["prior_logits_sample"]
    visible = np.zeros((1, 1, 128, 1), np.float32)
    quantized = np.zeros((1, 1, 128, 8), np.float32)
    golden |= {"prior_visible": visible, "prior_quantized": quantized}
    golden["prior_logits"] = engine.predict(quantized, visible)
    return dataclasses.replace(
        bundle, flatbuffer=flatbuffer, golden=golden, graph=describe_graphs(flatbuffer)
    )


def test_the_prior_of_general_is_small_enough():
    assert 400_000 < prior_bytes(load_model("general")) <= 450_000


@pytest.fixture(scope="module")
def shrunk(before, tmp_path_factory):
    """What the command made of it, and its report."""
    folder = tmp_path_factory.mktemp("shrunk")
    write_bundle(folder / "before.tflite", before)
    arguments = [folder / "before.tflite", "-o", folder / "after.tflite", "--json"]
    with pytest.MonkeyPatch.context() as patch:
        said = []
        patch.setattr("builtins.print", said.append)
        assert shrink.main([str(argument) for argument in arguments]) == 0
    return read_bundle(folder / "after.tflite"), json.loads(said[0])


def test_shrunk_it_is_what_ships(before, shrunk):
    bundle, report = shrunk
    assert (
        report["bytes_before"] == len(bytes_of(before)) > 1.02 * report["bundle_bytes"]
    )
    assert report["prior_bytes"] == prior_bytes(bundle)
    assert bytes_of(bundle) == bytes_of(load_model("nsynth_light"))


@pytest.mark.parametrize("name", ["litert", "numpy"])
def test_it_gives_the_same_to_the_last_bit(before, shrunk, name):
    rng = np.random.default_rng(0)
    old, new = load_engine(before, name), load_engine(shrunk[0], name)
    assert check_golden(shrunk[0], new).logits_largest_difference == 0.0
    frames = 2 * before.prior_reach + 2
    codemap = rng.integers(0, 48, (1, frames, 128)).astype(np.int32)
    visible = (rng.random((1, frames, 128, 1)) < 0.5).astype(np.float32)
    asked = before.codewords_of(codemap) * visible, visible
    spectrogram = rng.random((1, 64, 512, 1), np.float32)
    for run in (
        lambda engine: engine.encode(spectrogram),
        lambda engine: engine.decode(codemap[:, :3]),
        lambda engine: engine.predict(*asked),
        lambda engine: engine.predict_inner(*asked),
    ):
        np.testing.assert_array_equal(run(new), run(old))


def test_without_its_prior_a_bundle_is_a_whole_one(shrunk, tmp_path):
    bundle, _ = shrunk
    codec = without_prior(bundle)
    assert codec.prior is None and prior_bytes(codec) == 0
    write_bundle(tmp_path / "codec.tflite", codec)
    read = read_bundle(tmp_path / "codec.tflite")
    assert read.metadata["signatures"] == ["decode", "decode_quantized", "encode"]
    for name in ("litert", "numpy"):
        check = check_golden(read, load_engine(read, name))
        assert check.passed and check.logits_largest_difference is None
    joined = len(bytes_of(codec)) + prior_bytes(bundle)
    assert joined == len(bytes_of(bundle))


def test_what_would_give_something_else_is_refused(before, tmp_path, capsys):
    golden = {**before.golden, "decoded": before.golden["decoded"] + np.float32(0.1)}
    path = tmp_path / "x.tflite"
    write_bundle(path, dataclasses.replace(before, golden=golden))
    assert shrink.main([str(path), "-o", str(tmp_path / "y.tflite")]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "would give something else with litert, once shrunk" in line
    assert not (tmp_path / "y.tflite").exists()
