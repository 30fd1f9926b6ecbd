"""Readers of what a training is made of, and of what it leaves."""

import json
import shutil
import struct
from dataclasses import asdict
from pathlib import Path

import numpy as np

from edge_runtime.bench.meter_log import read_meter_log
from edge_runtime.spectrogram.settings import SpectrogramSettings
from tests.fuzz.reader import Reader, folder, from_file, of_text
from vqkeras.config_file import load_config
from vqkeras.datasets.config import DataConfig
from vqkeras.datasets.credits import CREDITS, credits_of
from vqkeras.datasets.general_manifest import read_manifest
from vqkeras.datasets.idx import read_idx
from vqkeras.datasets.nsynth import _read_examples
from vqkeras.datasets.nsynth_records import read_nsynth_records
from vqkeras.datasets.shard_files import RowWriter, ShardedRows
from vqkeras.datasets.shards import load_shards
from vqkeras.datasets.spectrogram_cache import _open
from vqkeras.energy.constants import preset_for
from vqkeras.energy.record import read_run_energy, summary_of, write_run_energy
from vqkeras.energy.report import run_rows, table_text
from vqkeras.energy.run_energy import RunEnergy
from vqkeras.energy.time_series import COLUMNS, read_time_series
from vqkeras.strict_yaml import strict_yaml

SETTINGS = SpectrogramSettings(sample_rate=2000, n_fft=64, hop_length=16)
SHAPE = (4, 3, 1)
NOTE = {
    "instrument_str": "bass_001",
    "instrument_family_str": "bass",
    "instrument_source_str": "acoustic",
    "pitch": 60,
    "velocity": 100,
}


def configs() -> list[bytes]:
    """Every config of the repository."""
    place = Path(__file__).parents[2] / "configs"
    return [path.read_bytes() for path in sorted(place.glob("*.yaml"))]


def config_of_audio() -> list[bytes]:
    """One config, for a reader that takes long."""
    return [(Path(__file__).parents[2] / "configs" / "nsynth_light.yaml").read_bytes()]


def examples() -> list[bytes]:
    """What NSynth says of its notes."""
    return [json.dumps({f"bass_001-06{i}-100": NOTE for i in range(2)}).encode()]


def idx_files() -> list[bytes]:
    """Images and labels."""
    return [
        b"\0\0\x08\3" + struct.pack(">3I", 2, 3, 3) + bytes(18),
        b"\0\0\x08\1" + struct.pack(">I", 5) + bytes(5),
    ]


def _field(number: int, content: bytes) -> bytes:
    """A field of a protobuf message."""
    return bytes([number << 3 | 2, len(content) & 127 | 128, len(content) >> 7]) + (
        content
    )


def records() -> list[bytes]:
    """Two notes as TensorFlow would write them, but for the checksums."""
    record = b""
    sound = _field(2, _field(1, np.linspace(0, 1, 40, dtype="<f4").tobytes()))
    features = {"audio": sound}
    for key, value in {"note_str": "a", **NOTE}.items():
        if isinstance(value, str):
            features[key] = _field(1, _field(1, value.encode()))
    for key, number in {"pitch": 60, "velocity": 100, "sample_rate": 2000}.items():
        packed = bytes([number & 127 | 128, number >> 7])
        features[key] = _field(3, _field(1, packed))
    for key, feature in features.items():
        record += _field(1, _field(1, key.encode()) + _field(2, feature))
    record = _field(1, record)
    return [2 * (struct.pack("<QI", len(record), 0) + record + b"sum.")]


def read_records(path: Path) -> object:
    """What is known of the notes, and the sound of the first."""
    notes = read_nsynth_records(path, DataConfig("nsynth"), SETTINGS)
    return notes.read(0)


def shards(compressed: bool) -> list[bytes]:
    """A shard of two rows."""
    path = folder() / "whole-shard"
    with path.open("wb") as file:
        writer = RowWriter(file, SHAPE, "<f2", compressed=compressed)
        for row in np.random.default_rng(0).uniform(size=(2, *SHAPE)):
            writer.write(row)
        writer.close()
    return [path.read_bytes()]


def read_shard(path: Path) -> object:
    """All rows of a shard."""
    compressed = path.suffix == ".zrows"
    rows = ShardedRows(path.parent, "train", [2], SHAPE, compressed=compressed)
    return rows[0:2]


def manifests() -> list[bytes]:
    """What a prepared folder says of itself."""
    parts = {
        part: {"rows": [1, 1], "variance": 0.5}
        for part in ("train", "validation", "test")
    }
    manifest = {
        "format": 1,
        "name": "folder",
        "spectrogram": asdict(SETTINGS),
        "data": asdict(DataConfig()),
        "credits": asdict(CREDITS["folder"]),
        "compressed": False,
        "shape": list(SHAPE),
        "parts": parts,
    }
    return [json.dumps(manifest).encode()]


def open_prepared(path: Path) -> object:
    """A prepared folder, as a training opens it."""
    config = DataConfig("shards", dir=str(path.parent))
    return load_shards(config, SETTINGS), credits_of(config)


def lists_of_sounds() -> list[bytes]:
    """What a collection says of its sounds."""
    return [
        b"path,kind,source,licence,seconds,sample_rate,credit,original\r\n"
        b"a.wav,tone,own_band,CC0,1.5,16000,me,a1\r\n"
        b"b.wav,speech,librispeech,CC BY,2,16000,you,445-12-0.flac\r\n"
    ]


def read_list_of_sounds(path: Path) -> object:
    """A collection whose files are there."""
    for name in ("a.wav", "b.wav"):
        (path.parent / name).write_bytes(b"RIFF")
    return read_manifest(path.parent)


def caches() -> list[bytes]:
    """Spectrograms without checksums, as older versions kept them."""
    path = folder() / "whole.npy"
    np.save(path, np.ones((2, *SHAPE), np.float16))
    return [path.read_bytes()]


def energies() -> list[bytes]:
    """What a training has used."""
    run = folder() / "counted"
    shutil.rmtree(run, ignore_errors=True)
    run.mkdir()
    write_run_energy(run, RunEnergy(), summary_of(RunEnergy(), preset_for("paper")))
    return [(run / "energy.json").read_bytes()]


def read_energy(path: Path) -> object:
    """As a resumed training, and as a report."""
    read_run_energy(path.parent)
    return table_text(run_rows([path.parent]))


def samples() -> list[bytes]:
    """Power once a second."""
    rows = [COLUMNS, *([str(row)] * len(COLUMNS) for row in range(3))]
    return ["\n".join(",".join(row) for row in rows).encode()]


READERS = {
    "yaml": of_text(
        configs, lambda text: strict_yaml(text.decode(errors="replace")), 0.6
    ),
    "config": of_text(config_of_audio, from_file(load_config, "a.yaml"), 0.1),
    "examples.json": of_text(
        examples, from_file(_read_examples, "notes/examples.json"), 4
    ),
    "tfrecord": Reader(records, from_file(read_records, "a.tfrecord"), 3),
    "idx": Reader(idx_files, from_file(read_idx, "a.idx"), 6),
    "shard": Reader(lambda: shards(False), from_file(read_shard, "train-00000.npy"), 3),
    "packed shard": Reader(
        lambda: shards(True), from_file(read_shard, "train-00000.zrows"), 3
    ),
    "prepared folder": of_text(
        manifests, from_file(open_prepared, "shards/manifest.json"), 2
    ),
    "list of sounds": of_text(
        lists_of_sounds, from_file(read_list_of_sounds, "sounds/manifest.csv"), 3
    ),
    "cache": Reader(
        caches, from_file(lambda path: _open(path, (2, *SHAPE)), "cache.npy"), 3
    ),
    "energy.json": of_text(energies, from_file(read_energy, "run/energy.json"), 3),
    "samples of power": of_text(
        samples,
        from_file(lambda path: read_time_series(path.parent), "energy_samples.csv"),
        3,
    ),
    "meter log": of_text(
        lambda: [b"time,W\n1,5.5\n2,6\n3,7\n"],
        from_file(read_meter_log, "log.csv"),
        4,
    ),
}
