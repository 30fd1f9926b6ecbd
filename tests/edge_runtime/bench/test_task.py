"""The edit that is measured is the edit that `inpaint` makes."""

import numpy as np

from edge_runtime.audio.audio_file import read_audio, write_audio
from edge_runtime.bench.task import edit_note, note
from edge_runtime.edit.inpainter import Inpainter
from edge_runtime.priors.naive_bayes import NaiveBayesPrior
from edge_runtime.spectrogram.region import Region


def test_note_is_four_seconds_without_clipping():
    sound = note(8000)
    assert sound.samples.shape == (32000, 1) and sound.samples.dtype == np.int16
    assert 5000 < np.abs(sound.samples.astype(int)).max() < 32767
    spectrum = np.abs(np.fft.rfft(sound.samples[:8000, 0]))
    assert spectrum.argmax() == 220  # one bin is 1 Hz
    assert spectrum[3500:].max() < spectrum.max() / 100  # nothing folded back


def test_edit_is_inpaint(level_bundle, level_codec, tmp_path):
    write_audio(tmp_path / "note.wav", note(8000))
    cost = edit_note(
        level_bundle, level_codec, tmp_path / "note.wav", tmp_path / "out.wav"
    )
    expected = Inpainter(level_bundle, codec=level_codec).inpaint(
        note(8000),
        Region(1.5, 2.5, 0.0, 4000.0),
        prior=NaiveBayesPrior(16, marginal=level_bundle.marginal),
    )
    received = read_audio(tmp_path / "out.wav")
    np.testing.assert_array_equal(received.samples, expected.audio_file.samples)
    stages = ["read", "stft", "encode", "codebook", "prior", "decode", "phase"]
    assert {*stages, "istft", "write"} <= cost.stages_ms.keys()
    assert all(value >= 0 for value in cost.stages_ms.values())
    assert sum(cost.stages_ms.values()) <= 1000 * cost.wall_s
    assert cost.cpu_s > 0
