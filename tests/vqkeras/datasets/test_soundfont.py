import json
import os
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import soundfile

from edge_runtime.errors import UsageError
from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras.datasets import DataConfig
from vqkeras.datasets.nsynth import read_nsynth_folder
from vqkeras.datasets.soundfont import main, parse_presets
from vqkeras.datasets.soundfont_player import SoundFontPlayer

_PRESETS = {(0, 0): "Piano", (0, 40): "Violin", (8, 16): "Organ 2", (0, 120): "Noise"}
_KEYS = {
    "instrument",
    "instrument_family",
    "instrument_family_str",
    "instrument_source",
    "instrument_source_str",
    "instrument_str",
    "note",
    "note_str",
    "pitch",
    "preset_str",
    "qualities",
    "qualities_str",
    "sample_rate",
    "velocity",
}


class _Synth:
    """What we use of tinysoundfont.Synth: a sine while the key is down, then silence.

    The left side is twice the right one; pitches above 80 have no sound.
    """

    notes = []

    def __init__(self, samplerate):
        self.samplerate = samplerate
        self.hz = 0.0
        self.level = 0.0

    def sfload(self, content):
        if content != b"RIFFsfbk":
            raise RuntimeError("Could not load SoundFont file")
        return 5

    def sfpreset_name(self, font, bank, program):
        assert font == 5
        return _PRESETS.get((bank, program))

    def program_select(self, channel, font, bank, program):
        self.preset = bank, program

    def noteon(self, channel, pitch, velocity):
        self.notes.append((self.preset, pitch, velocity))
        self.hz = 440 * 2 ** ((pitch - 69) / 12)
        self.level = 2.4 * velocity / 127 if pitch <= 80 else 0.0

    def noteoff(self, channel, pitch):
        self.level *= 0.1

    def sounds_off(self):
        self.level = 0.0

    def generate(self, samples):
        phase = 2 * np.pi * self.hz * np.arange(samples) / self.samplerate
        audio = self.level * np.sin(phase)
        return memoryview(np.stack([audio * 4 / 3, audio * 2 / 3], 1).astype("<f4"))


@pytest.fixture
def font(tmp_path, monkeypatch):
    fake = SimpleNamespace(Synth=_Synth)
    monkeypatch.setitem(sys.modules, "tinysoundfont", fake)
    monkeypatch.setattr(_Synth, "notes", [])
    path = tmp_path / "tiny.sf2"
    path.write_bytes(b"RIFFsfbk")
    return path


def _examples(folder):
    return json.loads((folder / "examples.json").read_text())


def test_notes_come_in_nsynths_layout(font, tmp_path, capsys):
    out = tmp_path / "notes"
    assert main([str(font), "--out", str(out), "--notes", "10", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "folder": str(out),
        "num_notes": 10,
        "num_instruments": 3,
    }
    examples = _examples(out)
    assert len(examples) == 10
    assert sorted(path.stem for path in (out / "audio").iterdir()) == sorted(examples)
    for name, note in examples.items():
        assert set(note) == _KEYS
        assert note["note_str"] == name
        assert 24 <= note["pitch"] <= 80
        assert note["velocity"] in (25, 50, 75, 100, 127)
        audio, rate = soundfile.read(out / "audio" / f"{name}.wav")
        assert (rate, audio.shape) == (16000, (64000,))
        # At the level of NSynth, whatever the SoundFont's own.
        assert np.max(np.abs(audio)) == pytest.approx(0.9, abs=1e-4)
        held, released = (np.std(part) for part in (audio[:47000], audio[48500:]))
        assert released == pytest.approx(0.1 * held, rel=0.02)
        spectrum = np.abs(np.fft.rfft(audio[:32000]))
        hz = 440 * 2 ** ((note["pitch"] - 69) / 12)
        assert spectrum.argmax() / 2 == pytest.approx(hz, abs=0.5)
    instruments = {note["instrument_str"] for note in examples.values()}
    assert instruments == {
        "keyboard_acoustic_2000",
        "string_acoustic_2040",
        "organ_electronic_3040",
    }
    assert len({note["note"] for note in examples.values()}) == 10


def test_the_nsynth_loader_reads_them(font, tmp_path):
    out = tmp_path / "notes"
    main([str(font), "--out", str(out), "--notes", "6", "--presets", "40"])
    sounds = read_nsynth_folder(out, DataConfig("nsynth"), SpectrogramSettings())
    assert len(sounds) == 6
    assert {note["instrument_family_str"] for note in sounds.metadata} == {"string"}
    assert np.max(np.abs(sounds.read(3))) == pytest.approx(0.9, abs=0.01)


def test_an_interrupted_run_goes_on(font, tmp_path, monkeypatch, capsys):
    whole, stopped = tmp_path / "whole", tmp_path / "stopped"
    assert main([str(font), "--out", str(whole), "--notes", "9"]) == 0
    played = len(_Synth.notes)

    def stop(self, channel, pitch):
        if len(_Synth.notes) == played + 5:
            raise KeyboardInterrupt
        self.level *= 0.1

    arguments = [str(font), "--out", str(stopped), "--notes", "9"]
    with monkeypatch.context() as patch:
        patch.setattr(_Synth, "noteoff", stop)
        assert main(arguments) == 130
    assert not (stopped / "examples.json").exists()
    assert main(arguments) == 0
    # A silent note is tried again, one that is there is not.
    assert len(_Synth.notes) < 2 * played + 5
    files = sorted(path.relative_to(whole) for path in whole.rglob("*.*"))
    assert files == sorted(path.relative_to(stopped) for path in stopped.rglob("*.*"))
    for name in files:
        assert (whole / name).read_bytes() == (stopped / name).read_bytes()


def test_a_seed_repeats(font, tmp_path):
    def notes(seed, name):
        out = tmp_path / name
        arguments = [str(font), "--out", str(out), "--notes", "9", "--seed", str(seed)]
        assert main(arguments) == 0
        return list(_examples(out))

    assert notes(1, "a") == notes(1, "b") != notes(2, "c")


def test_presets_are_parsed():
    assert parse_presets(None, dict(_PRESETS)) == tuple(sorted(_PRESETS))
    assert parse_presets("40, 8:16", _PRESETS) == ((0, 40), (8, 16))
    for text, message in (
        ("piano", "cannot read 'piano'"),
        ("", "cannot read ''"),
        ("0-1", "no pitched preset 0:1"),
        ("9-3", "no pitched preset there"),
    ):
        with pytest.raises(UsageError, match=message):
            parse_presets(text, _PRESETS)


def test_bad_input_is_one_line_with_its_exit_code(font, tmp_path, monkeypatch, capsys):
    out = tmp_path / "notes"
    other = tmp_path / "other.sf2"
    other.write_bytes(b"text")
    full = tmp_path / "full"
    full.mkdir()
    (full / "file").write_text("")

    def run(*arguments):
        code = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        assert captured.out == ""
        assert captured.err.count("\n") == 1
        return code, captured.err

    assert run(font, "--out", out, "--notes", 0) == (
        2,
        "error: --notes must be 1 or more and --seed 0 or more.\n",
    )
    assert run(tmp_path / "none.sf2", "--out", out)[0] == 1
    code, message = run(other, "--out", out)
    assert (code, "is not a SoundFont" in message) == (1, True)
    code, message = run(font, "--out", full)
    assert (code, "is not empty" in message) == (2, True)
    code, message = run(font, "--out", full / "file" / "notes")
    assert (code, "Cannot make" in message) == (1, True)
    assert not out.exists()
    assert main([str(font), "--out", str(out), "--notes", "2"]) == 0
    capsys.readouterr()
    code, message = run(font, "--out", out, "--notes", 3)
    assert (code, "holds another rendering" in message) == (2, True)
    monkeypatch.setattr(
        _Synth, "generate", lambda self, n: memoryview(np.zeros(2 * n, "f4"))
    )
    code, message = run(font, "--out", tmp_path / "silent", "--presets", "0")
    assert (code, "gave no sound" in message) == (1, True)
    monkeypatch.setitem(sys.modules, "tinysoundfont", None)
    code, message = run(font, "--out", out)
    assert (code, "pip install --no-deps tinysoundfont" in message) == (3, True)


def test_the_shared_soundfont():
    """tinysoundfont itself: in tune, no trace of the note before, band-limited."""
    pytest.importorskip("tinysoundfont")
    root = os.environ.get("VQKERAS_DATA")
    path = Path(root or "") / "soundfont" / "FluidR3Mono_GM.sf3"
    if not root or not path.is_file():
        pytest.skip("VQKERAS_DATA has no soundfont folder")
    player = SoundFontPlayer(path)
    assert player.presets()[8, 80] == "Sine Wave"
    assert (0, 127) not in player.presets()
    sine = player.play((8, 80), 81, 100)
    assert sine.shape == (64000,)
    spectrum = np.abs(np.fft.rfft(sine[16000:32000] * np.hanning(16000)))
    assert spectrum.argmax() == pytest.approx(880, abs=2)
    # Nothing has folded down: all that is above the tone are its own harmonics.
    far = np.abs(np.arange(8001) / 880 - np.rint(np.arange(8001) / 880)) > 0.02
    assert spectrum[far].max() < 1e-3 * spectrum.max()
    player.play((0, 48), 40, 127)
    np.testing.assert_array_equal(player.play((8, 80), 81, 100), sine)
