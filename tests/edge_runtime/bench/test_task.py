"""The edit that is measured is the edit that `inpaint` makes."""

import numpy as np

from edge_runtime.__main__ import main
from edge_runtime.audio.audio_file import write_audio
from edge_runtime.bench.task import END_S, START_S, edit_note, note
from edge_runtime.bundle.bundle_file import write_bundle
from edge_runtime.commands import inpaint


def test_note_is_four_seconds_without_clipping():
    sound = note(8000)
    assert sound.samples.shape == (32000, 1) and sound.samples.dtype == np.int16
    assert 5000 < np.abs(sound.samples.astype(int)).max() < 32767
    spectrum = np.abs(np.fft.rfft(sound.samples[:8000, 0]))
    assert spectrum.argmax() == 220  # one bin is 1 Hz
    assert spectrum[3500:].max() < spectrum.max() / 100  # nothing folded back


def test_edit_is_inpaint(level_bundle, level_codec, tmp_path, monkeypatch):
    write_audio(tmp_path / "note.wav", note(8000))
    cost = edit_note(
        level_bundle, level_codec, tmp_path / "note.wav", tmp_path / "out.wav"
    )
    write_bundle(tmp_path / "level.tflite", level_bundle)
    command = ["inpaint", "note.wav", "-o", "told.wav", "--model", "level.tflite"]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(level_codec, "name", "level", raising=False)
    monkeypatch.setattr(inpaint, "load_engine", lambda *_: level_codec)
    assert main([*command, "--time", f"{START_S}:{END_S}"]) == 0
    assert (tmp_path / "out.wav").read_bytes() == (tmp_path / "told.wav").read_bytes()
    stages = ["read", "stft", "encode", "codebook", "prior", "decode", "phase"]
    assert {*stages, "istft", "write"} <= cost.stages_ms.keys()
    assert all(value >= 0 for value in cost.stages_ms.values())
    assert sum(cost.stages_ms.values()) <= 1000 * cost.wall_s
    assert cost.cpu_s > 0
