"""Readers of models, and of codes that belong to one."""

import dataclasses
import functools
import json
import os
import random
import struct
import zlib
from dataclasses import replace
from unittest import mock

import numpy as np

from edge_runtime.bundle import bundle_file
from edge_runtime.bundle.bundle_file import read_bundle, write_bundle
from edge_runtime.bundle.sealed_zip import arrays_of, npz_of, seal
from edge_runtime.bundle.shipped import load_model
from edge_runtime.codes.codes_file import (
    SoundCodes,
    map_frames_of,
    read_codes,
    write_codes,
)
from edge_runtime.engines.first_run import check_first_run
from edge_runtime.engines.golden import check_golden
from edge_runtime.engines.load import load_engine
from tests.first_codes import first_format
from tests.fuzz.mutations import NUMBERS
from tests.fuzz.reader import Reader, folder, of_text, refusing_damage


@functools.cache
def bundle():
    """The smallest model."""
    return load_model("nsynth_live")


def bundle_texts() -> list[bytes]:
    """Metadata and graph of a bundle."""
    graph = json.dumps(bundle().graph, separators=(",", ":")).encode()
    metadata = json.dumps(
        {
            **bundle().metadata,
            "format_version": bundle_file.FORMAT_VERSION,
            "flatbuffer_bytes": len(bundle().flatbuffer),
            "sha256": bundle_file._digests(bundle()),
        },
        separators=(",", ":"),
    ).encode()
    return [metadata, graph]


@functools.cache
def _npz() -> tuple[bytes, bytes]:
    return npz_of(bundle().arrays), npz_of(bundle().golden)


def read_sealed(content: bytes) -> object:
    """A bundle with metadata or graph replaced, sealed anew."""
    arrays, golden = _npz()
    metadata, graph = bundle_texts()
    is_graph = b'"tensors"' in content or not content
    files = {
        "vqkeras.json": metadata if is_graph else content,
        "arrays.npz": arrays,
        "golden.npz": golden,
        "graph.json": content if is_graph else graph,
    }
    path = folder() / "strange.tflite"
    path.write_bytes(seal(bundle().flatbuffer, files))
    return read_bundle(path)


def run_graph(content: bytes) -> object:
    """The numpy engine on a graph that was changed."""
    try:
        graph = json.loads(content)
    except (ValueError, RecursionError):
        return None
    engine = load_engine(replace(bundle(), graph=graph), "numpy")
    return engine.decode(np.zeros((1, 1, 16), np.int32))


def flatbuffers() -> list[bytes]:
    """What the interpreter reads."""
    return [bundle().flatbuffer]


def with_other_numbers(seed: bytes, rng: random.Random) -> bytes:
    """One to three words of a flatbuffer changed, most of them offsets and sizes."""
    content = bytearray(seed)
    words = np.frombuffer(seed[: len(seed) // 4 * 4], "<u4")
    likely = np.flatnonzero((words > 0) & (words < len(seed)))
    for _ in range(rng.randint(1, 3)):
        if rng.random() < 0.8:
            place = 4 * int(likely[rng.randrange(len(likely))])
        else:
            place = rng.randrange(len(seed) - 4)
        number = rng.choice((*NUMBERS, rng.randrange(len(seed)), rng.getrandbits(32)))
        struct.pack_into("<I", content, place, number)
    return bytes(content)


def run_strange(engine: str, content: bytes) -> object:
    """A model sealed anew, as a command meets it: a child first, then this process."""
    path = folder() / "strange.tflite"
    write_bundle(path, replace(bundle(), flatbuffer=content), force=True)
    with mock.patch.dict(os.environ, {"XDG_CACHE_HOME": str(folder())}):
        check_first_run(path, engine)
    found = read_bundle(path)
    return check_golden(found, load_engine(found, engine))


def arrays() -> list[bytes]:
    """Arrays as a bundle has them, one of a few numbers."""
    return [npz_of({"codebook": np.ones((4, 2), np.float32), "n": np.arange(3)})]


@functools.cache
def codes_files() -> list[bytes]:
    """Files of codes of both formats, without the checksum at their end."""
    path = folder() / "whole.vqc"
    codemap = np.arange(2 * 8 * 64).reshape(2, 8, 64) % bundle().codebook_size
    rate, samples = 16000, 2800
    rows = map_frames_of(bundle(), samples, rate)
    bins = bundle().settings.num_bins // bundle().freq_stride
    codemap = np.resize(codemap, (2, rows, bins)).astype(np.int32)
    codes = SoundCodes(codemap, samples, rate, "PCM_16")
    files = [first_format(codes, bundle())]
    # Usual ones, and with all that a head can say.
    more = dataclasses.replace(codes, texture=0.5, peak=1.5, seed=300)
    for each in (codes, more):
        write_codes(path, each, bundle(), force=True)
        files.append(path.read_bytes()[:-4])
    return files


def read_codes_file(content: bytes) -> object:
    """A file of codes whose checksum is right."""
    path = folder() / "a.vqc"
    path.write_bytes(content + struct.pack("<I", zlib.crc32(content)))
    codes = read_codes(path, bundle())
    # What `decode` relies on.
    if not (0 <= codes.texture <= 1 <= codes.peak < float("inf")):
        raise ArithmeticError(f"texture {codes.texture}, peak {codes.peak}")
    return codes


def strange(engine: str) -> Reader:
    """A few only: each takes a process of its own."""
    run = functools.partial(run_strange, engine)
    return Reader(flatbuffers, run, 0.012, with_other_numbers)


READERS = {
    "codes file": Reader(codes_files, read_codes_file, 1),
    "bundle arrays": Reader(arrays, refusing_damage(arrays_of), 4),
    "bundle": of_text(bundle_texts, read_sealed, 0.3),
    "numpy engine": of_text(lambda: bundle_texts()[1:], run_graph, 1),
    "strange model, litert": strange("litert"),
    "strange model, numpy": strange("numpy"),
}
