"""Bundles that somebody made to do harm: one line, and no memory."""

import io
import json
import struct
import subprocess
import sys
import tracemalloc
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from edge_runtime.bundle import bundle_file
from edge_runtime.bundle.bundle_file import read_bundle
from edge_runtime.bundle.sealed_zip import arrays_of, npz_of, seal, sha256
from edge_runtime.bundle.shipped import load_model
from edge_runtime.codes.codes_file import read_codes
from edge_runtime.engines import first_run
from edge_runtime.engines.first_run import check_first_run
from edge_runtime.engines.load import load_engine
from edge_runtime.errors import BundleError, UserError
from edge_runtime.page.session_file import read_session

READERS = (
    read_bundle,
    lambda path: check_first_run(path, "numpy"),
    lambda path: read_codes(path, None),
    read_session,
)
DEEP = "[" * 100_000 + "]" * 100_000


def parts_of(bundle):
    metadata = dict(bundle.metadata)
    metadata["format_version"] = bundle_file.FORMAT_VERSION
    metadata["flatbuffer_bytes"] = len(bundle.flatbuffer)
    metadata["sha256"] = bundle_file._digests(bundle)
    return {
        "vqkeras.json": json.dumps(metadata).encode(),
        "arrays.npz": npz_of(bundle.arrays),
        "golden.npz": npz_of(bundle.golden),
        "graph.json": bundle_file._graph_json(bundle.graph),
    }


@pytest.fixture
def sealed(tmp_path, level_bundle):
    """Write the bundle with some files replaced: `sealed(**{name: content})`."""

    def write(**files):
        path = tmp_path / "strange.tflite"
        path.write_bytes(seal(level_bundle.flatbuffer, parts_of(level_bundle) | files))
        return path

    return write


@pytest.mark.parametrize("read", READERS)
def test_what_never_ends_is_not_read_whole(read, tmp_path):
    """A file with a hole as long as a terabyte; `/dev/zero` is read no further."""
    path = tmp_path / "endless"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(UserError, match="it has more than"):
        read(path)


MANY = b"[" + 2_200_000 * b"[]," + b"0]"


@pytest.mark.parametrize("kind", ["session", "vqkeras.json", "graph.json"])
def test_millions_of_values_are_not_built(kind, sealed, tmp_path):
    if kind == "session":
        read, path = read_session, tmp_path / "session.json"
        path.write_bytes(MANY)
    else:
        read, path = read_bundle, sealed(**{kind: MANY})
    tracemalloc.start()
    with pytest.raises(UserError, match="it has 4400001 values, more than"):
        read(path)
    assert tracemalloc.get_traced_memory()[1] < 60 << 20
    tracemalloc.stop()


@pytest.mark.skipif(sys.platform != "linux", reason="others bound it otherwise")
def test_the_memory_of_a_child_is_bounded():
    program = (
        "from edge_runtime.engines.first_run import _MEMORY, _bound\n"
        "_bound(_MEMORY)\n"
        "bytearray(_MEMORY)\n"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True)
    assert run.stderr.endswith(b"MemoryError\n")


def test_the_stand_in_itself_is_read(sealed):
    assert read_bundle(sealed()).name == "levels"


@pytest.mark.parametrize(
    "metadata",
    [
        b"[]",
        b"null",
        b"3",
        DEEP.encode(),
        {"sha256": None},
        {"flatbuffer_bytes": "x"},
        {"flatbuffer_bytes": 1e300},
        {"codebook_size": 1 << 80},
        {"time_stride": 1 << 40},
        {"spectrogram": []},
        {"spectrogram": {"n_fft": 1 << 40, "hop_length": 1 << 30}},
        {"spectrogram": {"sample_rate": "16000"}},
        {"spectrogram": {"representation": {"a": 1}}},
        {"spectrogram": {"floor_db": None}},
        {"training": [1]},
        {"credits": 5},
        {"signatures": 5},
        {"signatures": "prior_inner"},
        {"signatures": ["encode", 5]},
        {"name": "n" * 300_000, "codebook_size": "x" * 200_000},
    ],
)
def test_odd_metadata_is_refused_in_one_family(sealed, level_bundle, metadata):
    if isinstance(metadata, dict):
        whole = json.loads(parts_of(level_bundle)["vqkeras.json"])
        metadata = json.dumps(whole | metadata).encode()
    with pytest.raises(BundleError):
        read_bundle(sealed(**{"vqkeras.json": metadata}))


@pytest.mark.parametrize("name", ["arrays.npz", "golden.npz", "graph.json"])
@pytest.mark.parametrize("content", [b"", b"null", DEEP.encode(), bytes(300)])
def test_odd_parts_are_refused_in_one_family(sealed, name, content):
    with pytest.raises(BundleError):
        read_bundle(sealed(**{name: content}))


def bomb():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.npy", bytes(70 << 20))
    return buffer.getvalue()


def test_what_unpacks_to_much_is_not_unpacked(sealed):
    for files in ({"golden.npz": bomb()}, {"graph.json": bytes(70 << 20)}):
        path = sealed(**files)
        assert path.stat().st_size < 1_000_000
        tracemalloc.start()
        with pytest.raises(BundleError, match="unpack"):
            read_bundle(path)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 40 << 20


def test_files_of_other_names_are_not_even_unpacked(sealed):
    assert read_bundle(sealed(other=bytes(70 << 20))).name == "levels"


def test_an_array_larger_than_its_file_is_not_allocated():
    buffer = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        buffer, {"descr": "<f4", "fortran_order": False, "shape": (1 << 40,)}
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.npy", buffer.getvalue())
    with pytest.raises(ValueError, match="not what is there"):
        arrays_of(packed.getvalue())


@pytest.mark.parametrize(
    "change",
    [
        lambda graph: graph["encode"]["operators"][0].update(output=10**9),
        lambda graph: graph["encode"]["operators"][0].update(inputs=["x"]),
        lambda graph: graph["encode"]["operators"].reverse(),
        lambda graph: graph.update(encode=[]),
        lambda graph: graph["encode"]["tensors"][0].update(dtype=["float32"]),
        lambda graph: graph["encode"]["tensors"][0].update(shape="abc"),
    ],
)
def test_odd_graphs_are_refused_in_one_family(change):
    bundle = load_model("nsynth_live")
    graph = json.loads(json.dumps(bundle.graph))
    change(graph)
    with pytest.raises(BundleError):
        engine = load_engine(replace(bundle, graph=graph), "numpy")
        engine.encode(bundle.golden["spectrogram"])


@pytest.mark.strange_models
def test_a_model_that_ends_the_interpreter_ends_a_child(tmp_path, monkeypatch):
    pytest.importorskip("ai_edge_litert")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    path = tmp_path / "strange.tflite"
    path.write_bytes(b"any")
    program = "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"
    monkeypatch.setattr(first_run, "_PROGRAM", program)
    with pytest.raises(BundleError, match="ended the process .*SIGSEGV"):
        check_first_run(path, "litert")
    monkeypatch.setattr(first_run, "_PROGRAM", "print('It is bad.'); exit(4)")
    with pytest.raises(BundleError, match="is not usable. It is bad."):
        check_first_run(path, "litert")
    monkeypatch.setattr(first_run, "_PROGRAM", "import sys; sys.exit(0)")
    check_first_run(path, "litert")
    monkeypatch.setattr(first_run, "_PROGRAM", program)
    check_first_run(path, "litert")  # it has run here before
    path.write_bytes(b"other")
    with pytest.raises(BundleError):
        check_first_run(path, "litert")


@pytest.mark.strange_models
def test_the_child_runs_the_self_test(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    bundle = load_model("nsynth_live")
    files = parts_of(bundle)
    path = tmp_path / "copy.tflite"
    path.write_bytes(seal(bundle.flatbuffer, files))
    check_first_run(path, "numpy")
    marks = list((tmp_path / "cache" / "vqkeras" / "ran").iterdir())
    assert [mark.name for mark in marks] == [f"{sha256(path.read_bytes())}-numpy"]
    # A word of the flatbuffer changed, and the seal made anew.
    place = bundle.flatbuffer.index(b"TFL3") + 40
    word = struct.pack("<I", 0x7FFFFFF0)
    changed = bundle.flatbuffer[:place] + word + bundle.flatbuffer[place + 4 :]
    path.write_bytes(seal(changed, parts_of(replace(bundle, flatbuffer=changed))))
    pytest.importorskip("ai_edge_litert")
    with pytest.raises(BundleError, match="is not usable"):
        check_first_run(path, "litert")
