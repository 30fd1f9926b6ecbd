"""A tiny folder in NSynth's layout, and shards to compare."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras.datasets import DataConfig

SETTINGS = SpectrogramSettings(sample_rate=2000, n_fft=64, hop_length=16)


def write_notes(folder, instruments=5, per_instrument=3):
    """A folder in NSynth's layout, of short noises."""
    (folder / "audio").mkdir(parents=True)
    rng = np.random.default_rng(0)
    examples = {}
    for instrument in range(instruments):
        for pitch in range(40, 40 + per_instrument):
            name = f"bass_electronic_{instrument:03d}-{pitch:03d}-100"
            examples[name] = {
                "instrument_str": name[:19],
                "instrument_family_str": "bass",
                "instrument_source_str": "electronic",
                "pitch": pitch,
                "velocity": 100,
            }
            audio = rng.uniform(-0.5, 0.5, 1000)
            soundfile.write(folder / "audio" / f"{name}.wav", audio, 2000)
    (folder / "examples.json").write_text(json.dumps(examples))
    return DataConfig("nsynth", dir=str(folder), cache_dir=str(folder / "cache"))


@pytest.fixture
def notes(tmp_path):
    """A config of fifteen notes of five instruments."""
    return write_notes(tmp_path / "notes")


@pytest.fixture
def broken(notes):
    """The same, of which five cannot be used, for five reasons."""
    files = sorted(Path(notes.dir, "audio").iterdir())
    whole = files[0].read_bytes()
    files[0].write_bytes(b"")
    files[3].write_bytes(b"no sound at all, but letters\n" * 9)
    files[6].write_bytes(whole[:100])
    soundfile.write(files[9], np.full(100, np.nan), 2000, subtype="FLOAT")
    files[12].unlink()
    return notes


@pytest.fixture
def settings():
    """Small spectrograms."""
    return SETTINGS


@pytest.fixture
def content():
    """Gives the bytes of every file of a folder."""
    return lambda out: {path.name: path.read_bytes() for path in out.iterdir()}
