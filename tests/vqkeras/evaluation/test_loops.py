"""Loops: found where they are, measured as whole sounds."""

from types import SimpleNamespace

import numpy as np
import pytest

from edge_runtime.audio.audio_file import AudioFile, write_audio
from edge_runtime.spectrogram.distance import lsd_db
from edge_runtime.spectrogram.features import magnitude_db_of, spectrogram_of
from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras.evaluation import measures
from vqkeras.evaluation.loops import evaluate_loops, loop_files

SETTINGS = SpectrogramSettings(n_fft=512, hop_length=128)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("VQKERAS_DATA", str(tmp_path))
    (tmp_path / "loops").mkdir()
    return tmp_path / "loops"


def write_noise(path, seed, samples=12000):
    """Stereo noise that fades, at the model's rate."""
    rng = np.random.default_rng(seed)
    fade = np.logspace(0, -3, samples)[:, np.newaxis]
    audio = (0.2 * fade * rng.normal(size=(samples, 2))).astype(np.float32)
    write_audio(path, AudioFile(audio, 16000, "FLOAT"))
    return audio.mean(axis=1)


class Louder:
    """Stands for patches that are 8 dB too loud."""

    def reconstruct(self, examples):
        return examples + 0.1


def test_each_loop_has_a_row_with_the_errors_of_its_arrays(folder):
    mono = write_noise(folder / "b.wav", 1)
    write_noise(folder / "a.wav", 2, samples=8000)
    (folder / "notes.txt").write_text("not a sound")
    run = SimpleNamespace(settings=SETTINGS, model=lambda x: x - 0.05)
    first, row = evaluate_loops(run, loop_files(), patches=Louder())
    assert (first["loop"], row["loop"]) == ("a", "b")
    assert (first["duration_s"], row["duration_s"]) == (0.5, 0.75)
    example = spectrogram_of(mono, SETTINGS)
    levels = magnitude_db_of(example, SETTINGS)
    for received, change in ((row, -0.05), (row["kmeans_patches"], 0.1)):
        output = magnitude_db_of(example + change, SETTINGS)
        assert received["lsd_db"] == pytest.approx(lsd_db(levels, output), rel=1e-4)
        expected = measures.nmse(levels[..., None] / 80, output[..., None] / 80)
        assert received["nmse"] == pytest.approx(expected, rel=1e-4)
    assert "kmeans_patches" not in evaluate_loops(run, loop_files())[0]


def test_there_may_be_none(folder, monkeypatch):
    assert loop_files() == []
    folder.rmdir()
    assert loop_files() == []
    monkeypatch.delenv("VQKERAS_DATA")
    assert loop_files() == []
