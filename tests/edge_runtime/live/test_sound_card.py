"""The sound card through a stand-in for sounddevice: CI has no hardware."""

import builtins
import types

import numpy as np
import pytest

from edge_runtime.errors import MissingDependencyError, UserError
from edge_runtime.live.sound_card import (
    device_of,
    duplex_stream,
    import_sounddevice,
    own_rate,
)


class PortAudioError(Exception):
    pass


class Stream:
    """Keeps what it was made with, and plays one block when started."""

    made = None
    refuse = False
    latency = (0.01, 0.02)

    def __init__(self, **options):
        if Stream.refuse:
            raise PortAudioError("Invalid sample rate [PaErrorCode -9997]")
        Stream.made, self.options, self.closed = self, options, False

    def start(self):
        shape = (self.options["blocksize"], self.options["channels"])
        self.output = np.zeros(shape, np.float32)
        block = np.ones(shape, np.float32)
        self.options["callback"](block, self.output, len(block), None, None)

    def close(self):
        self.closed = True


@pytest.fixture
def card(monkeypatch):
    fake = types.ModuleType("sounddevice")
    fake.Stream, fake.PortAudioError = Stream, PortAudioError
    monkeypatch.setattr(Stream, "refuse", False)
    monkeypatch.setitem(__import__("sys").modules, "sounddevice", fake)
    return fake


def opened(device=None):
    def callback(block, output):
        output[:] = 2 * block

    return duplex_stream(
        callback, device=device, sample_rate=16000, channels=2, block=64
    )


def test_the_card_runs_as_asked(card):
    with opened("3") as card_state:
        stream = Stream.made
        assert card_state.latency_s == pytest.approx(0.03)
        assert card_state.blocks == 1 and card_state.is_active()
        assert stream.options["samplerate"] == 16000
        assert stream.options["device"] == 3
        assert stream.options["dtype"] == "float32"
        assert (stream.output == 2).all()
        assert not stream.closed
    assert stream.closed


def test_the_card_is_closed_when_something_fails(card):
    with pytest.raises(KeyboardInterrupt), opened():
        raise KeyboardInterrupt
    assert Stream.made.closed


def test_a_card_that_cannot_is_refused_in_one_line(card):
    Stream.refuse = True
    message = "'USB' cannot play 2.*at 16000 Hz: Invalid"
    with pytest.raises(UserError, match=message), opened("USB"):
        pass


def test_a_card_has_a_rate_of_its_own(card):
    asked = []

    def query_devices(device, kind):
        asked.append((device, kind))
        if device == "JACK":
            return {"default_samplerate": 48000.0}
        raise (ValueError if device == "none" else PortAudioError)("no such device")

    card.query_devices = query_devices
    assert own_rate("JACK") == 48000
    assert own_rate("none") is None and own_rate(None) is None
    assert asked == [("JACK", "output"), ("none", "output"), (None, "output")]


def test_devices_are_numbers_or_names():
    assert [device_of(text) for text in (None, "7", "USB Audio")] == [
        None,
        7,
        "USB Audio",
    ]


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        (ImportError("no module"), r"pip install '\.\[live\]'"),
        (OSError("PortAudio library not found"), "sudo apt install libportaudio2"),
    ],
)
def test_what_is_missing_is_named(monkeypatch, error, advice):
    real_import = builtins.__import__

    def guarded(name, *arguments, **keywords):
        if name == "sounddevice":
            raise error
        return real_import(name, *arguments, **keywords)

    monkeypatch.setattr(builtins, "__import__", guarded)
    with pytest.raises(MissingDependencyError, match=advice) as raised:
        import_sounddevice()
    assert raised.value.exit_code == 3
