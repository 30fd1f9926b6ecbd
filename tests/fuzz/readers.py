"""Every reader of what others send or leave, with whole inputs to begin from.

What a reader may do with any bytes: return, or raise one of `REFUSALS` whose message is
one line.
"""

import base64
import functools
import io
import json
import os
import random
import struct
import tempfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from edge_runtime.audio.audio_file import AudioFile, read_audio
from edge_runtime.audio.wav import parse_wav, wav_bytes
from edge_runtime.bench.meter_log import read_meter_log
from edge_runtime.bundle import bundle_file
from edge_runtime.bundle.bundle_file import read_bundle
from edge_runtime.bundle.sealed_zip import arrays_of, npz_of, seal
from edge_runtime.bundle.shipped import load_model
from edge_runtime.codes.codes_file import (
    SoundCodes,
    map_frames_of,
    read_codes,
    write_codes,
)
from edge_runtime.engines.load import load_engine
from edge_runtime.errors import UserError
from edge_runtime.live.controls import Controls
from edge_runtime.live.midi_map import LOOP_MAP
from edge_runtime.live.midi_player import MidiPlayer
from edge_runtime.live.osc import osc_messages, osc_words
from edge_runtime.live.parameters import LiveParameters
from edge_runtime.page.answer import Refusal
from edge_runtime.page.edit_request import parse_edit
from edge_runtime.page.multipart import parse_multipart
from edge_runtime.page.session_file import FORMAT, VERSION, crc32_of, read_session
from tests.fuzz.mutations import mutated
from vqkeras.datasets.idx import read_idx
from vqkeras.datasets.nsynth import _read_examples
from vqkeras.strict_yaml import StrictYamlError, strict_yaml

REFUSALS = (UserError, Refusal, StrictYamlError)


@dataclass(frozen=True)
class Reader:
    """One reader.

    Attributes:
        seeds: Makes whole inputs.
        read: Takes any bytes.
        is_text: Whether inputs are words rather than bytes.
        share: How many of a thousand inputs of others it gets: slow ones get fewer.
    """

    seeds: Callable[[], list[bytes]]
    read: Callable[[bytes], object]
    is_text: bool = False
    share: float = 1.0

    def inputs(self, count: int, seed: int):
        """So many inputs, the same for the same seed."""
        rng = random.Random(seed)
        seeds = self.seeds()
        for _ in range(count):
            yield mutated(rng.choice(seeds), rng, is_text=self.is_text)


def outcome(reader: Reader, content: bytes) -> str:
    """`"read"`, `"refused"`, or what is wrong with how it ended."""
    try:
        reader.read(content)
    except REFUSALS as error:
        message = str(error)
        return "refused" if "\n" not in message else f"several lines: {message!r}"
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return "read"


def from_file(read: Callable[[Path], object], name: str) -> Callable[[bytes], object]:
    """A reader of paths as one of bytes."""

    def read_bytes(content: bytes) -> object:
        path = Path(_folder()) / name
        path.write_bytes(content)
        return read(path)

    return read_bytes


@functools.cache
def _folder() -> str:
    # Deleted when the program ends.
    memory = "/dev/shm"  # where there is one, no disk is waited for
    place = memory if os.access(memory, os.W_OK) else None
    _folder.kept = tempfile.TemporaryDirectory(dir=place)
    return _folder.kept.name


def _noise(subtype: str, channels: int) -> AudioFile:
    dtype = {"PCM_U8": np.uint8, "PCM_16": np.int16, "FLOAT": np.float32}
    values = np.random.default_rng(0).integers(0, 100, (50, channels))
    return AudioFile(values.astype(dtype.get(subtype, np.int32)), 16000, subtype)


def wavs() -> list[bytes]:
    """WAV files of every kind, one with chunks around its samples."""
    plain = [
        wav_bytes(_noise(subtype, channels))
        for subtype in ("PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT")
        for channels in (1, 2)
    ]
    body = plain[2][12:]
    smpl = b"smpl" + struct.pack("<I", 36) + bytes(36)
    info = b"LIST" + struct.pack("<I", 18) + b"INFOINAM\6\0\0\0aaaaaa"
    rich = info + body + smpl
    riff = b"RIFF" + struct.pack("<I", len(rich) + 4) + b"WAVE" + rich
    long = b"RF64\xff\xff\xff\xffWAVEds64" + struct.pack("<IQQQI", 28, 900, 100, 50, 0)
    return [*plain, riff, long + body]


def soundfiles() -> list[bytes]:
    """Files of other formats."""
    import soundfile

    found = []
    for container in ("FLAC", "OGG", "AIFF", "W64", "CAF", "MP3"):
        stream = io.BytesIO()
        samples = np.tile(_noise("PCM_16", 1).samples, (20, 1))
        soundfile.write(stream, samples, 16000, format=container)
        found.append(stream.getvalue())
    return found


def forms() -> list[bytes]:
    """Forms of a page."""
    head = b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
    parts = head % (b"sound", wavs()[0]) + head % (b"edit", edits()[0])
    return [parts + b"--x--\r\n"]


def edits() -> list[bytes]:
    """What pages ask for."""
    return [
        b'{"tool": "inpaint", "time": [0.5, 1.2], "freq": [200, 2000], "seed": 7}',
        b'{"tool": "inpaint", "cells": ["0010", "0110"], "prior": "naive_bayes"}',
        b'{"tool": "inpaint", "phase": "continued", "texture": 0.5, "snap": true}',
    ]


def configs() -> list[bytes]:
    """Every config of the repository."""
    folder = Path(__file__).parents[2] / "configs"
    return [path.read_bytes() for path in sorted(folder.glob("*.yaml"))]


def examples() -> list[bytes]:
    """What NSynth says of its notes."""
    note = {
        "instrument_str": "bass_001",
        "instrument_family_str": "bass",
        "instrument_source_str": "acoustic",
        "pitch": 60,
        "velocity": 100,
    }
    return [json.dumps({f"bass_001-06{i}-100": note for i in range(2)}).encode()]


def words() -> list[bytes]:
    """What players say."""
    return [b"density +0.1", b"wet 0.5", b"band 200:2000", b"seed +1", b"freeze on"]


def osc_datagrams() -> list[bytes]:
    """What tablets send."""
    density = b"/density\0\0\0\0,f\0\0" + struct.pack(">f", 0.5)
    band = b"/band\0\0\0,ff\0" + struct.pack(">ff", 200.0, 2000.0)
    preset = b"/preset\0,s\0\0wild\0\0\0\0"
    parts = [struct.pack(">I", len(part)) + part for part in (density, preset)]
    return [density, band, preset, b"#bundle\0" + bytes(8) + b"".join(parts)]


def hear_osc(content: bytes) -> object:
    """Whatever a datagram says is said to a session."""
    said = [osc_words(message) for message in osc_messages(content)]
    return [say(words.encode()) for words in said if words is not None]


def hear_midi(content: bytes) -> object:
    """Bytes three by three, as messages to a session."""
    player = MidiPlayer(LOOP_MAP, lambda text: None)
    player.say = lambda words: say(words.encode())
    player.learn("wet")
    for start in range(0, len(content), 3):
        player.take(list(content[start : start + 3]))
    return player


def say(content: bytes) -> object:
    """A whole session's command: it must answer, and what it set must hold."""
    effect = SimpleNamespace(parameters=LiveParameters())
    answer = Controls([effect], {}).say(content.decode(errors="replace"))
    np.random.default_rng((effect.parameters.seed, 3)).random()
    if "does not work" in answer or len(answer) > 500:
        raise AssertionError(answer)
    return answer


@functools.cache
def _bundle():
    return load_model("nsynth_live")


def bundle_texts() -> list[bytes]:
    """Metadata and graph of a bundle, one behind the other."""
    bundle = _bundle()
    graph = json.dumps(bundle.graph, separators=(",", ":")).encode()
    metadata = json.dumps(
        {
            **bundle.metadata,
            "format_version": bundle_file.FORMAT_VERSION,
            "flatbuffer_bytes": len(bundle.flatbuffer),
            "sha256": bundle_file._digests(bundle),
        },
        separators=(",", ":"),
    ).encode()
    return [metadata, graph]


@functools.cache
def _npz() -> tuple[bytes, bytes]:
    return npz_of(_bundle().arrays), npz_of(_bundle().golden)


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
    path = Path(_folder()) / "strange.tflite"
    path.write_bytes(seal(_bundle().flatbuffer, files))
    return read_bundle(path)


def run_graph(content: bytes) -> object:
    """The numpy engine on a graph that was changed."""
    try:
        graph = json.loads(content)
    except (ValueError, RecursionError):
        return None
    engine = load_engine(replace(_bundle(), graph=graph), "numpy")
    return engine.decode(np.zeros((1, 1, 16), np.int32))


def arrays() -> list[bytes]:
    """Arrays as a bundle has them, one of a few numbers."""
    return [npz_of({"codebook": np.ones((4, 2), np.float32), "n": np.arange(3)})]


def read_arrays(content: bytes) -> object:
    """Arrays of a bundle; `ValueError` is what its reader takes for damage."""
    try:
        return arrays_of(content)
    except ValueError as error:
        raise UserError("refused") from error


def idx_files() -> list[bytes]:
    """Images and labels."""
    return [
        b"\0\0\x08\3" + struct.pack(">3I", 2, 3, 3) + bytes(18),
        b"\0\0\x08\1" + struct.pack(">I", 5) + bytes(5),
    ]


@functools.cache
def codes_files() -> list[bytes]:
    """Files of codes, without the checksum at their end."""
    path = Path(_folder()) / "whole.vqc"
    bundle = _bundle()
    codemap = np.arange(2 * 8 * 64).reshape(2, 8, 64) % bundle.codebook_size
    rate, samples = 16000, 2800
    rows = map_frames_of(bundle, samples, rate)
    bins = bundle.settings.num_bins // bundle.freq_stride
    codemap = np.resize(codemap, (2, rows, bins)).astype(np.int32)
    write_codes(path, SoundCodes(codemap, samples, rate, "PCM_16"), bundle, force=True)
    return [path.read_bytes()[:-4]]


def read_codes_file(content: bytes) -> object:
    """A file of codes whose checksum is right."""
    path = Path(_folder()) / "a.vqc"
    path.write_bytes(content + struct.pack("<I", zlib.crc32(content)))
    return read_codes(path, _bundle())


def sessions() -> list[bytes]:
    """A session of the page with two steps, one made of the other."""
    sound = _noise("PCM_16", 1)
    wav = base64.b64encode(wav_bytes(sound)).decode()
    edit = {"tool": "inpaint", "time": [0.0, 0.002]}
    first = {"label": "a", "model": "general", "edit": edit, "seeds": [1, 2]}
    place = {"step": 0, "take": 1, "mix": 0.5}
    session = {
        "format": FORMAT,
        "version": VERSION,
        "sound": {"name": "a.wav", "wav": wav, "crc32": crc32_of(sound)},
        "models": {"general": "0"},
        "steps": [{**first, "from": None}, {**first, "from": place}],
        "result": {"step": 1, "take": 0, "mix": 1.0},
        "kept": [{"name": "good", **place}],
    }
    return [json.dumps(session).encode()]


READERS: dict[str, Reader] = {
    "wav": Reader(wavs, parse_wav),
    "wav file": Reader(wavs, from_file(read_audio, "a.wav"), share=0.15),
    "soundfile": Reader(soundfiles, from_file(read_audio, "a.data"), share=0.1),
    "multipart": Reader(
        forms, lambda body: parse_multipart("multipart/form-data; boundary=x", body)
    ),
    "edit json": Reader(edits, parse_edit, is_text=True),
    "yaml": Reader(
        configs, lambda text: strict_yaml(text.decode(errors="replace")), True, 0.03
    ),
    "examples.json": Reader(
        examples, from_file(_read_examples, "examples.json"), True, 0.15
    ),
    "idx": Reader(idx_files, from_file(read_idx, "a.idx"), share=0.15),
    "meter log": Reader(
        lambda: [b"time,W\n1,5.5\n2,6\n3,7\n"],
        from_file(read_meter_log, "log.csv"),
        True,
        0.15,
    ),
    "control words": Reader(words, say, is_text=True),
    "osc": Reader(osc_datagrams, hear_osc),
    "midi": Reader(
        lambda: [bytes([0xB0, 64, 127, 0xB0, 1, 9, 0x90, 60, 3, 0xC0, 2])], hear_midi
    ),
    "codes file": Reader(codes_files, read_codes_file, share=0.05),
    "session": Reader(sessions, from_file(read_session, "a.json"), True, 0.15),
    "bundle arrays": Reader(arrays, read_arrays, share=0.3),
    "bundle": Reader(bundle_texts, read_sealed, True, 0.005),
    "numpy engine": Reader(lambda: bundle_texts()[1:], run_graph, True, 0.01),
}
