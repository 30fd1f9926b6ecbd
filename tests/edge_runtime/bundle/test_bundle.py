"""The bundle: round trip, same bytes, and no change that goes unnoticed."""

import io
import json
import zipfile
from dataclasses import replace

import numpy as np
import pytest

import edge_runtime.bundle.bundle_file as bundle_module
from edge_runtime.bundle.bundle_file import read_bundle, write_bundle
from edge_runtime.bundle.context import Context
from edge_runtime.bundle.sealed_zip import files_of, seal
from edge_runtime.bundle.shipped import SHIPPED_MODELS, load_model, shipped_path
from edge_runtime.errors import BundleError, UsageError


@pytest.fixture
def path(tmp_path, level_bundle):
    path = tmp_path / "model.tflite"
    write_bundle(path, level_bundle)
    return path


def test_round_trip(path, level_bundle, settings):
    bundle = read_bundle(path)
    assert bundle.flatbuffer == level_bundle.flatbuffer
    assert bundle.settings == settings
    assert (bundle.name, bundle.time_stride, bundle.freq_stride) == ("levels", 4, 16)
    assert bundle.codebook_size == 16
    for name in ("arrays", "golden"):
        read, written = getattr(bundle, name), getattr(level_bundle, name)
        assert read.keys() == written.keys()
        for key in written:
            assert read[key].dtype == written[key].dtype
            np.testing.assert_array_equal(read[key], written[key])
    assert bundle.metadata["training"] == {"seconds": 0}


def test_round_trip_of_a_graph(tmp_path, level_bundle):
    graph = {"encode": {"tensors": [{"dtype": "int8", "offset": 8}] * 50}}
    path = tmp_path / "graph.tflite"
    write_bundle(path, replace(level_bundle, graph=graph))
    bundle = read_bundle(path)
    assert bundle.graph == graph
    assert "graph" in bundle.metadata["sha256"]
    with zipfile.ZipFile(path) as archive:
        entry = archive.getinfo("graph.json")
        assert entry.compress_size < entry.file_size / 4
    again = tmp_path / "again.tflite"
    write_bundle(again, bundle)
    assert again.read_bytes() == path.read_bytes()


def test_a_file_without_a_graph_is_refused(tmp_path, level_bundle):
    """As the first versions wrote it."""
    path = tmp_path / "old.tflite"
    write_bundle(path, level_bundle)
    files = files_of(path.read_bytes(), ("vqkeras.json", "arrays.npz", "golden.npz"))
    path.write_bytes(seal(level_bundle.flatbuffer, files))
    with pytest.raises(BundleError, match="no graph for the numpy engine. Export it"):
        read_bundle(path)


def test_context(bundle_with):
    fields = {"encoder_frames": [12, 8], "decoder_cells": [2, 3]}
    assert bundle_with(context=fields).context == Context((12, 8), (2, 3))
    for wrong in ({}, {"encoder_frames": [1, 2], "decoder_cells": [-1, 0]}, 5):
        with pytest.raises(BundleError, match="Unusable context"):
            bundle_with(context=wrong)
    with pytest.raises(BundleError, match="does not say how far.*Export it again"):
        bundle_with(context=None)
    assert bundle_with(context=None, spectrogram=None).name == "levels"


def test_same_bundle_same_bytes(path, tmp_path, level_bundle):
    again = tmp_path / "again.tflite"
    write_bundle(again, read_bundle(path))
    assert again.read_bytes() == path.read_bytes()


def test_file_is_flatbuffer_then_zip(path, level_bundle):
    content = path.read_bytes()
    assert content.startswith(level_bundle.flatbuffer)
    with zipfile.ZipFile(path) as archive:  # any unzip program can look inside
        assert archive.namelist() == [
            "vqkeras.json",
            "arrays.npz",
            "golden.npz",
            "graph.json",
        ]
        assert archive.testzip() is None
        metadata = json.loads(archive.read("vqkeras.json"))
        with np.load(io.BytesIO(archive.read("arrays.npz"))) as arrays:
            assert set(arrays.files) == {"codebook", "marginal"}
    assert metadata["format_version"] == 1
    assert set(metadata["sha256"]) >= {"flatbuffer", "arrays/codebook"}


def test_every_changed_byte_is_found(path, tmp_path):
    content = path.read_bytes()
    changed = tmp_path / "changed.tflite"
    step = max(1, len(content) // 400)
    ends = list(range(200)) + list(range(len(content) - 200, len(content)))
    for position in {*range(0, len(content), step), *ends}:
        damaged = bytearray(content)
        damaged[position] ^= 0x20  # also turns a checksum's "a" into "A"
        changed.write_bytes(damaged)
        with pytest.raises(BundleError, match=r"damaged|not a"):
            read_bundle(changed)


@pytest.mark.parametrize("kept", [0, 3, 50, 300, -1, -64])
def test_truncated_or_extended(path, tmp_path, kept):
    content = path.read_bytes()
    short = tmp_path / "short.tflite"
    short.write_bytes(content[:kept])
    with pytest.raises(BundleError, match="short.tflite"):
        read_bundle(short)
    short.write_bytes(content + b"\0")
    with pytest.raises(BundleError, match="not a whole bundle"):
        read_bundle(short)


def test_a_tflite_that_is_not_ours(tmp_path, level_bundle):
    path = tmp_path / "other.tflite"
    path.write_bytes(level_bundle.flatbuffer)
    with pytest.raises(BundleError, match="not a whole bundle"):
        read_bundle(path)
    path.write_bytes(b"just some text, long enough")
    with pytest.raises(BundleError, match="not a TFLite model"):
        read_bundle(path)


def test_missing_file_and_folder(tmp_path):
    with pytest.raises(BundleError, match="No such file"):
        read_bundle(tmp_path / "absent.tflite")
    with pytest.raises(BundleError, match="Is a directory"):
        read_bundle(tmp_path)


def test_output_exists(path, level_bundle):
    with pytest.raises(UsageError, match="--force"):
        write_bundle(path, level_bundle)
    write_bundle(path, level_bundle, force=True)


def test_newer_format_version(path, monkeypatch):
    monkeypatch.setattr(bundle_module, "FORMAT_VERSION", 0)
    with pytest.raises(BundleError, match="format version 1"):
        read_bundle(path)


def test_inner_checksums(tmp_path, level_bundle, monkeypatch):
    """A file whose outer checksum is right and whose inner ones are not."""
    path = tmp_path / "forged.tflite"
    monkeypatch.setattr(bundle_module, "_digests", lambda bundle: {})
    write_bundle(path, level_bundle)
    monkeypatch.undo()
    with pytest.raises(BundleError, match="inner checksum"):
        read_bundle(path)


def test_objects_are_refused(tmp_path, level_bundle):
    arrays = level_bundle.arrays | {"objects": np.array([{}], dtype=object)}
    bundle = replace(level_bundle, arrays=arrays)
    with pytest.raises(ValueError, match="Object arrays"):
        write_bundle(tmp_path / "objects.tflite", bundle)
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name", None, "'name' must be a str"),
        ("codebook_size", "16", "'codebook_size' must be a int"),
        ("time_stride", 0, "must be positive"),
        ("time_stride", True, "must be a int"),
        ("codebook_dim", 2, "codebook of shape"),
        ("freq_stride", 48, "must divide the 128 bins"),
        ("spectrogram", {"n_fft": 100}, "power of two"),
        ("spectrogram", {"window": "hann"}, "window"),
    ],
)
def test_parts_that_do_not_fit(bundle_with, field, value, message):
    with pytest.raises(BundleError, match=message):
        bundle_with(**{field: value})


@pytest.mark.parametrize(
    "marginal", [None, np.ones(15, int), np.zeros(16, int), np.ones(16) / 16]
)
def test_marginal_is_required(level_bundle, marginal):
    arrays = {"codebook": level_bundle.codebook, "marginal": marginal}
    if marginal is None:
        del arrays["marginal"]
    with pytest.raises(BundleError, match=r"counts of shape \(16,\)"):
        replace(level_bundle, arrays=arrays)


def test_a_bundle_of_two_codemaps_is_refused(level_bundle):
    arrays = level_bundle.arrays | {"coarse_codebook": level_bundle.codebook}
    with pytest.raises(BundleError, match="earlier version made it, for two codemaps"):
        replace(level_bundle, arrays=arrays)


def test_golden_is_required(level_bundle):
    with pytest.raises(BundleError, match="golden arrays: spectrogram"):
        replace(level_bundle, golden={})


def test_facts_about_a_prior(level_bundle, prior_bundle, tmp_path):
    assert level_bundle.prior is None and level_bundle.prior_reach is None
    path = tmp_path / "prior.tflite"
    write_bundle(path, prior_bundle)
    bundle = read_bundle(path)
    assert bundle.prior_reach == 5
    assert str(bundle.prior) == (
        "convolutional, 660 parameters, 3.50 bits a code, looks 5 cells along time"
    )
    good = prior_bundle.metadata["prior"]
    for wrong in (
        {},
        7,
        good | {"reach": -1},
        good | {"reach": True},
        good | {"reach": 4097},
        good | {"bits_per_code": 10**400},
        good | {"bits_per_code": float("nan")},
    ):
        with pytest.raises(BundleError, match="Unusable facts about its prior"):
            replace(bundle, metadata=bundle.metadata | {"prior": wrong})


def test_image_model_has_no_sound_settings(bundle_with):
    bundle = bundle_with(spectrogram=None)
    with pytest.raises(BundleError, match="trained on images"):
        _ = bundle.settings


def test_bundles_of_the_package_are_sound_models_and_small():
    paths = [shipped_path(name) for name in SHIPPED_MODELS]
    assert sum(path.stat().st_size for path in paths) < 4_000_000  # half is float32
    for name in SHIPPED_MODELS:
        bundle = load_model(name)
        assert bundle.name == name.removesuffix("_float32")
        assert bundle.settings.sample_rate in (16000, 44100)
        assert {"encode", "decode"} <= bundle.graph.keys()  # numpy alone can run it
        assert "CC BY 4.0" in bundle.metadata["attribution"]
