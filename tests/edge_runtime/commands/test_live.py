import json
import re
import sys
import types

import numpy as np
import pytest

from edge_runtime.__main__ import main
from edge_runtime.audio.audio_file import AudioFile, read_audio, write_audio
from edge_runtime.errors import AudioError


@pytest.fixture
def live(bundle_path, sound_path, tmp_path):
    """Run `live` on the stereo file of 22,050 Hz; gives exit code and what came out."""

    def run(*options, name="out.wav"):
        path = tmp_path / name
        files = ["--in", str(sound_path), "--out", str(path)]
        code = main(["live", "--model", str(bundle_path), *files, *options])
        return code, read_audio(path)

    return run


def test_a_file_keeps_its_form_and_is_changed(live, sound_path, capsys):
    code, output = live("--density", "0.8", "--seed", "3")
    source = read_audio(sound_path)
    assert code == 0
    assert (output.sample_rate, output.subtype) == (22050, "PCM_16")
    assert output.samples.shape == source.samples.shape
    assert np.abs(output.to_float() - source.to_float()).max() > 0.05
    # No neighbours in this model: (1 * 4 - 1) * 64 + 256 - 1 samples at 8 kHz.
    assert (
        "live delay 56 ms (447 samples), undone in the file" in capsys.readouterr().out
    )


def test_blocks_do_not_matter(live):
    _, first = live("--block", "64", name="a.wav")
    _, second = live("--block", "1000", name="b.wav")
    assert np.array_equal(first.samples, second.samples)


@pytest.mark.parametrize("options", [["--density", "0"], ["--wet", "0"]])
def test_no_effect_is_bit_identical(live, sound_path, options):
    _, output = live(*options)
    assert np.array_equal(output.samples, read_audio(sound_path).samples)


def test_in_real_time_as_json(live, sound_path, capsys):
    pytest.importorskip("threadpoolctl", reason="keeps matrix products on one thread")
    code, _ = live("--realtime", "--json", "--buffer", "3", "--density", "0.2")
    report = json.loads(capsys.readouterr().out)
    assert code == 0
    rate = read_audio(sound_path).sample_rate  # a card's; the model has 8000 Hz
    resampled = (447 + 2 * 65) * rate / 8000
    assert report["delay_samples"] == pytest.approx(resampled + 3 * 256 + 128, abs=4)
    assert report["delay_ms"] == pytest.approx(report["delay_samples"] * 1000 / rate)
    assert 0 < report["real_time_factor"] < 10
    assert report["overruns"] >= 0 and report["mode"] == "stream"


def test_in_real_time_it_changes_what_it_changes_without_a_clock(live, sound_path):
    pytest.importorskip("threadpoolctl", reason="keeps matrix products on one thread")
    asked = ["--density", "0.8", "--seed", "3"]
    _, at_once = live(*asked, name="a.wav")
    # Blocks of 0.7 s in hand, so that none is late on a busy machine.
    _, in_time = live(*asked, "--realtime", "--buffer", "64", name="b.wav")
    source = read_audio(sound_path).to_float()
    expected, change = at_once.to_float() - source, in_time.to_float() - source
    assert change.shape == expected.shape
    assert np.abs(expected).max() > 0.05
    # Up to the last sample, and nowhere earlier or later.
    for part in (slice(0, 11025), slice(11025, None)):
        both = np.corrcoef(change[part].ravel(), expected[part].ravel())
        assert both[0, 1] > 0.99


@pytest.fixture
def odd_path(tmp_path):
    """A file of 44,099 Hz, a rate that has nothing in common with others."""
    path = tmp_path / "odd.wav"
    write_audio(path, AudioFile(np.zeros((4410, 1), np.int16), 44099, "PCM_16"))
    return path


def test_a_file_of_an_odd_rate_is_refused_only_in_real_time(
    bundle_path, odd_path, tmp_path, capsys
):
    pytest.importorskip("threadpoolctl", reason="keeps matrix products on one thread")
    output = tmp_path / "out.wav"
    files = ["--in", str(odd_path), "--out", str(output)]
    command = ["live", "--model", str(bundle_path), *files]
    assert main([*command, "--realtime"]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and not output.exists()
    assert "44099 Hz" in error and "Resample the file, or set the card" in error
    assert main(command) == 0 and output.exists()


def test_a_loop(live, sound_path):
    code, output = live("--mode", "loop", "--loop", "0.25", "--density", "1")
    assert code == 0
    source = read_audio(sound_path)
    first = slice(0, 5200)
    assert np.array_equal(output.samples[first], source.samples[first])
    assert not np.array_equal(output.samples[12000:], source.samples[12000:])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--in", "a.wav"], "--in and --out belong together"),
        (["--realtime"], "--realtime does something only with --in and --out"),
        (["--force"], "--force does something only with --in and --out"),
        (["--loop", "2"], "--loop does something only with --mode loop"),
        (
            ["--mode", "loop", "--freeze"],
            "--freeze does something only with --mode stream",
        ),
        (["--block", "0"], "--block"),
        (
            ["--in", "a", "--out", "b", "--device", "0"],
            "--device does.*on a sound card",
        ),
        (["--in", "a", "--out", "b", "--mode", "loop"], "--loop SECONDS"),
        (["--in", "a", "--out", "b", "--midi"], "--midi does.*on a sound card"),
        (["--midi-map", "cc1=wet"], "--midi-map does something only with --midi"),
        (["--midi", "--midi-map", "cc1"], "no control and what it says"),
        (["--osc", "here"], "--osc"),
    ],
)
def test_options_that_do_not_fit_are_refused(options, message, capsys):
    assert main(["live", *options]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and re.search(message, error)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--density", "2"], "density must lie in"),
        (["--band", "9000:9500"], "the model hears nothing above 4000 Hz"),
        (["--band", "low"], "two numbers in Hz"),
    ],
)
def test_numbers_that_do_not_fit_are_refused(live, options, message, capsys):
    with pytest.raises(AudioError, match="Cannot read"):  # nothing was written
        live(*options)
    assert re.search(message, capsys.readouterr().err)


def test_without_a_sound_card_package_it_says_what_to_install(block_imports, capsys):
    block_imports("sounddevice")
    assert main(["live"]) == 3
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and "pip install '.[live]'" in error


def test_presets_and_temperature(live):
    _, plain = live("--predict", "sample", "--seed", "2", name="a.wav")
    _, same = live("--preset", "lively", "--temperature", "1", name="b.wav")
    _, wild = live("--preset", "wild", name="c.wav")
    _, warm = live("--temperature", "50", name="d.wav")
    _, own = live("--preset", "wild", "--density", "0.5", name="e.wav")
    assert not np.array_equal(wild.samples, warm.samples)
    assert not np.array_equal(warm.samples, same.samples)
    assert not np.array_equal(own.samples, wild.samples)
    assert plain.samples.shape == same.samples.shape


class Card:
    """Plays a block whenever one looks at whether it still runs."""

    latency = (0.01, 0.01)

    def __init__(self, **options):
        self.play, shape = options["callback"], (options["blocksize"], 1)
        self.block = np.zeros(shape, np.float32), np.zeros(shape, np.float32)

    def start(self):
        for _ in range(3):
            self.play(*self.block, len(self.block[0]), None, None)

    def close(self):
        pass


class Keys:
    """A keyboard on which the lowest key is struck when one listens."""

    def get_ports(self):
        return ["Keys"]

    def open_port(self, number):
        pass

    def set_callback(self, take):
        take(([0x90, 1, 100], 0.0), None)

    def close_port(self):
        pass


def test_a_card_with_all_controls(bundle_path, monkeypatch, capsys):
    pytest.importorskip("threadpoolctl", reason="keeps matrix products on one thread")
    card, rtmidi = types.ModuleType("sounddevice"), types.ModuleType("rtmidi")
    card.Stream, card.PortAudioError = Card, OSError
    card.query_devices = lambda device, kind: {"default_samplerate": 8000.0}
    rtmidi.MidiIn, rtmidi.RtMidiError = Keys, OSError
    monkeypatch.setitem(sys.modules, "sounddevice", card)
    monkeypatch.setitem(sys.modules, "rtmidi", rtmidi)
    controls = ["--control-port", "0", "--osc", "0", "--midi"]
    keys = ["--midi-map", "note1=quit"]
    assert main(["live", "--model", str(bundle_path), *controls, *keys]) == 0
    told = capsys.readouterr().err
    assert "controls: UDP 127.0.0.1:" in told and "controls: OSC 127.0.0.1:" in told
    assert "controls: MIDI Keys" in told


def test_a_card_of_an_odd_rate_is_refused(bundle_path, monkeypatch, capsys):
    pytest.importorskip("threadpoolctl", reason="keeps matrix products on one thread")
    card = types.ModuleType("sounddevice")
    card.Stream, card.PortAudioError = Card, OSError
    card.query_devices = lambda device, kind: {"default_samplerate": 44099.0}
    monkeypatch.setitem(sys.modules, "sounddevice", card)
    assert main(["live", "--model", str(bundle_path)]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and "set the card, to a usual rate" in error


def test_without_midi_it_says_what_to_install(block_imports, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "sounddevice", types.ModuleType("sounddevice"))
    block_imports("rtmidi")
    assert main(["live", "--midi"]) == 3
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and "pip install '.[midi]'" in error
