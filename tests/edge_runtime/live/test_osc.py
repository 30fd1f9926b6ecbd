"""Open Sound Control, written by python-osc where it is installed."""

import socket
import struct

import pytest

from edge_runtime.errors import UsageError
from edge_runtime.live.control_inputs import ControlInputs
from edge_runtime.live.osc import MOST_MESSAGES, OscMessage, osc_messages, osc_words


def text(word):
    return word.encode() + bytes(4 - len(word) % 4)


def message(address, tags=",", content=b""):
    return text(address) + text(tags) + content


def bundle(*parts):
    sized = [struct.pack(">I", len(part)) + part for part in parts]
    return b"#bundle\0" + bytes(8) + b"".join(sized)


DENSITY = message("/density", ",f", struct.pack(">f", 0.25))


@pytest.mark.parametrize(
    ("datagram", "words"),
    [
        (DENSITY, ["density 0.25"]),
        (message("/seed", ",i", struct.pack(">i", 7)), ["seed 7"]),
        (message("/texture", ",f", struct.pack(">f", 0.5)), ["texture 0.5"]),
        (message("/seed", ",d", struct.pack(">d", 4294967295)), ["seed 4294967295"]),
        (message("/band", ",ff", struct.pack(">ff", 200, 2000)), ["band 200:2000"]),
        (message("/preset", ",s", text("wild")), ["preset wild"]),
        (message("/preset", ",f", struct.pack(">f", 2)), ["preset 2"]),
        (message("/preset/wild", ",T"), ["preset wild"]),
        (message("/freeze", ",T"), ["freeze on"]),
        (message("/freeze", ",f", struct.pack(">f", 0)), ["freeze off"]),
        (message("/pedal", ",i", struct.pack(">i", 1)), ["pedal down"]),
        (message("/record", ",f", struct.pack(">f", 1)), ["record"]),
        (message("/record", ",f", struct.pack(">f", 0)), [None]),
        (message("/undo"), ["undo"]),
        (text("/undo"), ["undo"]),
        (bundle(DENSITY, bundle(message("/undo"))), ["density 0.25", "undo"]),
    ],
)
def test_messages_become_words(datagram, words):
    assert [osc_words(each) for each in osc_messages(datagram)] == words


@pytest.mark.parametrize(
    ("datagram", "message"),
    [
        (b"", "0 bytes is no OSC"),
        (b"density 0.3", "no OSC"),
        (text("density"), "no address"),
        (message("/a", "ff"), "no types"),
        (message("/a", ",f"), "no OSC"),
        (message("/a", ",b", bytes(4)), "type 'b' is not understood"),
        (text("/" + "a" * 200), "too long"),
        (DENSITY[:-1], "no OSC"),
        (bundle(DENSITY)[:-4], "cut short"),
        (bundle(bundle(bundle(bundle(bundle(DENSITY))))), "too deep"),
    ],
)
def test_what_is_no_osc_is_refused(datagram, message):
    with pytest.raises(UsageError, match=message):
        osc_messages(datagram)


@pytest.mark.parametrize("number", [-1.0, float("nan"), float("inf")])
def test_numbers_that_cannot_be_set_are_refused(number):
    with pytest.raises(UsageError, match="/density takes one number"):
        osc_words(OscMessage("/density", (number,)))


def test_a_datagram_says_so_much_and_no_more():
    assert len(osc_messages(bundle(*[DENSITY] * 100))) == MOST_MESSAGES


def test_what_python_osc_writes_is_understood():
    builder = pytest.importorskip("pythonosc.osc_message_builder")
    made = builder.OscMessageBuilder("/band")
    for number in (100.0, 900.0):
        made.add_arg(number)
    (read,) = osc_messages(made.build().dgram)
    assert osc_words(read) == "band 100:900"


def test_osc_comes_by_udp_and_complaints_are_few():
    said, told = [], []

    def say(words):
        said.append(words)
        return "error: no" if words == "undo" else "ok"

    inputs = ControlInputs(say, osc=("127.0.0.1", 0), tell=told.append)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as player:
        for content in (DENSITY, b"nonsense", message("/undo"), DENSITY):
            player.sendto(content, inputs.osc)
            inputs.wait(5.0)
    inputs.close()
    assert said == ["density 0.25", "undo", "density 0.25"]
    assert len(told) == 1 and "8 bytes is no OSC" in told[0]
