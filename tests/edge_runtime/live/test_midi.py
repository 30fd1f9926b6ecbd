"""MIDI through a stand-in for python-rtmidi: CI has no keyboard."""

import sys
import types

import pytest

from edge_runtime.errors import MissingDependencyError, UsageError, UserError
from edge_runtime.live.controls import Controls
from edge_runtime.live.midi_map import LOOP_MAP, STREAM_MAP, MidiMap, parse_map
from edge_runtime.live.midi_player import MidiPlayer
from edge_runtime.live.midi_ports import MidiPorts
from edge_runtime.live.parameters import LiveParameters

PEDAL, WHEEL = [0xB0, 64], [0xB3, 1]


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ([*WHEEL, 0], "density 0"),
        ([*WHEEL, 127], "density 1"),
        ([0xB0, 74, 0], "temperature 0.1"),
        ([0xB0, 74, 127], "temperature 10"),
        ([0xB0, 20, 0], "low 20"),
        ([0xB0, 21, 127], "texture 1"),
        ([*PEDAL, 127], "freeze on"),
        ([*PEDAL, 20], None),  # it was up already
        ([0xC0, 2], "preset 3"),
        ([0x90, 60, 1], "preset wild"),
        ([0x90, 60, 0], None),
        ([0x80, 60, 64], None),
        ([0xB0, 99, 5], None),  # nobody has learned it
    ],
)
def test_messages_become_words(message, words):
    says = {**STREAM_MAP, **parse_map("cc20=low,cc21=texture,note60=preset wild")}
    assert MidiMap(says).words(message) == words


def test_a_pedal_speaks_once_on_the_way_down_and_up():
    midi = MidiMap(LOOP_MAP)
    heard = [midi.words([*PEDAL, value]) for value in (10, 64, 100, 127, 90, 63, 0)]
    assert heard == [None, "pedal down", None, None, None, "pedal up", None]
    heard = [midi.words([0xB0, 67, value]) for value in (127, 0, 127)]
    assert heard == ["regenerate", None, "regenerate"]


@pytest.mark.parametrize(
    "message",
    [
        [],
        [0xB0],
        [0xF8],
        [0xF0, 1, 2, 3, 4, 0xF7],
        [0xB0, 200, 3],
        [0xB0, 1, 255],
        [999, 1, 2],
        [-80, 1, 2],
        [0xE0, 0, 64],
    ],
)
def test_other_messages_say_nothing(message):
    assert MidiMap(STREAM_MAP).words(message) is None


@pytest.mark.parametrize(
    "text", ["", "cc1", "cc200=wet", "cc1=", "pedal=freeze", "cc1=wet,"]
)
def test_maps_that_are_none_are_refused(text):
    with pytest.raises(UsageError, match="no control and what it says"):
        parse_map(text)


def test_a_session_learns_what_was_said_last():
    effect, told = types.SimpleNamespace(parameters=LiveParameters()), []
    midi = MidiPlayer(STREAM_MAP, told.append)
    controls = Controls([effect], {}, midi.learn)
    midi.say = controls.say
    assert controls.say("learn").startswith("error: Say what is to be learned")
    controls.say("wet 0.5")
    assert controls.say("learn").endswith("it will say wet")
    midi.take([0x80, 60, 0])  # a key that was held is let go
    midi.take([0xB0, 21, 90])
    assert told == ["cc21=wet; next time: --midi-map 'cc21=wet'"]
    midi.take([0xB0, 21, 127])
    midi.take([0xB0, 21, 0])
    assert effect.parameters.wet == 0.0
    controls.say("learn preset wild")
    midi.take([0x99, 36, 100])
    midi.take([0x89, 36, 0])
    midi.take([0x99, 36, 100])
    assert effect.parameters.density == 1.0


def test_without_midi_there_is_nothing_to_learn_from():
    controls = Controls([types.SimpleNamespace(parameters=LiveParameters())], {})
    assert controls.say("learn wet") == (
        "error: There is no MIDI to learn from. Start with --midi."
    )


class RtMidiError(OSError):
    pass


class MidiIn:
    """Inputs of a machine that come and go."""

    plugged, refused = [], ()

    def __init__(self):
        self.take = None

    def get_ports(self):
        return list(MidiIn.plugged)

    def open_port(self, number):
        if MidiIn.plugged[number] in MidiIn.refused:
            raise RtMidiError("taken")
        MidiIn.open[MidiIn.plugged[number]] = self

    def set_callback(self, take):
        self.take = take

    def close_port(self):
        raise RtMidiError("it is gone")


@pytest.fixture
def rtmidi(monkeypatch):
    fake = types.ModuleType("rtmidi")
    fake.MidiIn, fake.RtMidiError = MidiIn, RtMidiError
    MidiIn.plugged, MidiIn.open, MidiIn.refused = (
        ["Midi Through:0", "Keys 20:0"],
        {},
        (),
    )
    monkeypatch.setitem(sys.modules, "rtmidi", fake)
    return fake


def test_inputs_are_listened_to_and_those_that_come_later(rtmidi):
    heard = []
    ports = MidiPorts("", heard.append)
    assert ports.names == ["Keys 20:0"]
    MidiIn.open["Keys 20:0"].take(([0xB0, 1, 2], 0.01), None)
    assert heard == [[0xB0, 1, 2]]
    MidiIn.plugged = ["Midi Through:0", "Pedal 24:0", "Busy 28:0"]
    MidiIn.refused = ("Busy 28:0",)
    assert ports.refresh() == ["MIDI gone: Keys 20:0", "MIDI: Pedal 24:0"]
    assert ports.names == ["Pedal 24:0"]
    ports.close()
    assert ports.names == []


def test_inputs_have_names(rtmidi):
    assert MidiPorts("through", print).names == ["Midi Through:0"]
    with pytest.raises(UserError, match="no MIDI input 'drum'. There are: Midi Thr"):
        MidiPorts("drum", print)


def test_a_machine_without_midi_says_so(rtmidi, monkeypatch):
    def none():
        raise RtMidiError("error creating ALSA sequencer client object")

    rtmidi.MidiIn = none
    with pytest.raises(UserError, match="This machine has no MIDI: error creating"):
        MidiPorts("", print)


def test_without_the_package_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "rtmidi", None)
    with pytest.raises(MissingDependencyError, match=r"pip install '\.\[midi\]'"):
        MidiPorts("", print)
