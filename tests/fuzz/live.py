"""Readers of what players and their devices say."""

import struct
from types import SimpleNamespace

import numpy as np

from edge_runtime.live.controls import Controls
from edge_runtime.live.midi_map import LOOP_MAP, parse_map
from edge_runtime.live.midi_player import MidiPlayer
from edge_runtime.live.osc import osc_messages, osc_words
from edge_runtime.live.parameters import LiveParameters
from tests.fuzz.reader import Reader, of_text


def words() -> list[bytes]:
    """What players say."""
    return [b"density +0.1", b"wet 0.5", b"band 200:2000", b"seed +1", b"freeze on"]


def say(content: bytes) -> object:
    """A whole session's command: it must answer, and what it set must hold."""
    effect = SimpleNamespace(parameters=LiveParameters())
    answer = Controls([effect], {}).say(content.decode(errors="replace"))
    np.random.default_rng((effect.parameters.seed, 3)).random()
    if "does not work" in answer or len(answer) > 500:
        raise AssertionError(answer)
    return answer


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


def midi_messages() -> list[bytes]:
    """A pedal, a controller, a key and a program."""
    return [bytes([0xB0, 64, 127, 0xB0, 1, 9, 0x90, 60, 3, 0xC0, 2])]


def hear_midi(content: bytes) -> object:
    """Bytes three by three, as messages to a session."""
    player = MidiPlayer(LOOP_MAP, lambda text: None)
    player.say = lambda words: say(words.encode())
    player.learn("wet")
    for start in range(0, len(content), 3):
        player.take(list(content[start : start + 3]))
    return player


READERS = {
    "control words": of_text(words, say, 9),
    "osc": Reader(osc_datagrams, hear_osc, 9),
    "midi": Reader(midi_messages, hear_midi, 4),
    "midi map": of_text(
        lambda: [b"cc74=density,note60=preset wild"],
        lambda content: parse_map(content.decode(errors="replace")),
        6,
    ),
}
