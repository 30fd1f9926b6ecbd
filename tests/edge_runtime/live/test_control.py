import math
import socket

import pytest

from edge_runtime.errors import UsageError, UserError
from edge_runtime.live.control import KEYS, parameters_after
from edge_runtime.live.control_inputs import ControlInputs, single_keys
from edge_runtime.live.controls import Controls
from edge_runtime.live.parameters import LiveParameters


@pytest.mark.parametrize(
    ("words", "field", "value"),
    [
        ("density 0.3", "density", 0.3),
        ("density +0.1", "density", 0.6),
        ("density +0.9", "density", 1.0),
        ("wet -0.25", "wet", 0.75),
        ("texture 0.5", "texture", 0.5),
        ("texture -2", "texture", 0.0),
        ("seed 7", "seed", 7),
        ("seed +1", "seed", 1),
        ("prior marginal", "prior", "marginal"),
        ("freeze", "freeze", True),
        ("freeze off", "freeze", False),
        ("bypass on", "bypass", True),
        ("band 200:2000", "high_hz", 2000.0),
        ("band all", "high_hz", math.inf),
        ("high 2000", "high_hz", 2000.0),
        ("temperature 2", "temperature", 2.0),
        ("temperature -5", "temperature", 0.01),
        ("preset wild", "density", 1.0),
    ],
)
def test_words_change_one_thing(words, field, value):
    after = parameters_after(LiveParameters(), words)
    assert getattr(after, field) == value
    others = {"band 200:2000": {"low_hz": 200.0}, "preset wild": {"temperature": 3.0}}
    assert after == LiveParameters(**{field: value, **others.get(words, {})})


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("", "Cannot understand ''"),
        ("dance", "Cannot understand 'dance'. Say: density"),
        ("freeze perhaps", "Cannot understand"),
        ("density 0.1 0.2", "Cannot understand"),
        ("density", "Cannot understand"),
        ("density lots", "needs a number"),
        ("seed nan", "needs a finite number"),
        ("wet 2", "wet must lie in"),
        ("texture 2", "texture must lie in"),
        ("band 2000", "two numbers in Hz"),
        ("band 300:200", "must go from"),
        ("low 1e999", "needs a finite number"),
        ("temperature 0", "temperature must lie in"),
        ("preset loud", "no preset 'loud'. Expected one of lively"),
        ("seed -1", "seed must be 0 or more"),
    ],
)
def test_words_that_make_no_sense_are_refused(words, message):
    with pytest.raises(UsageError, match=message):
        parameters_after(LiveParameters(), words)


class Player:
    parameters = LiveParameters()


def test_controls_change_all_channels_and_answer():
    players, done = [Player(), Player()], []
    controls = Controls(players, {"record": lambda: done.append("record")})
    assert controls.say("band 200:2000\n") == (
        "density 0.5 band 200:2000 wet 1 texture 1 prior naive_bayes temperature 1 "
        "seed 0"
    )
    assert controls.say("bypass").endswith("seed 0 bypass")
    assert players[0].parameters == players[1].parameters
    assert " band all wet " in controls.say("band all")
    assert controls.say("record") == "record" and done == ["record"]
    assert controls.say("restore").startswith("error: Cannot understand 'restore'")
    assert not controls.quits
    assert controls.say("quit") == "end" and controls.quits


def test_an_action_that_cannot_be_done_says_why():
    def refuse():
        raise UsageError("too short")

    assert Controls([Player()], {"record": refuse}).say("record") == "error: too short"


def test_every_key_says_something_that_is_understood():
    names = ["record", "overdub", "regenerate", "undo", "restore"]
    actions = dict.fromkeys(names, lambda: None)
    controls = Controls([Player()], actions, learn=lambda words: words)
    for words, _ in KEYS.values():
        assert not controls.say(words).startswith("error")


@pytest.fixture
def udp():
    heard = []

    def say(words):
        heard.append(words)
        return f"heard {words}"

    inputs = ControlInputs(say, port=0)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(5)
        client.connect(("127.0.0.1", inputs.port))
        yield inputs, client, heard
    inputs.close()


def test_commands_come_by_udp_and_are_answered(udp):
    inputs, client, heard = udp
    client.send(b"density 0.3")
    inputs.wait(5)
    assert heard == ["density 0.3"]
    assert client.recv(100) == b"heard density 0.3\n"


def test_datagrams_that_are_no_words_do_no_harm(udp):
    inputs, client, heard = udp
    for data in (b"\xff\x00\xfe", b"x" * 60_000, b""):
        client.send(data)
        inputs.wait(5)
    assert len(heard) == 3 and max(map(len, heard)) <= 200


def test_waiting_ends_by_itself(udp):
    udp[0].wait(0.01)
    assert udp[2] == []


def test_only_this_machine_is_listened_to(udp):
    (listener,) = udp[0]._sockets
    assert listener.getsockname()[0] == "127.0.0.1"


def test_a_port_that_is_taken_is_refused(udp):
    with pytest.raises(UserError, match="Choose another --control-port"):
        ControlInputs(str, port=udp[0].port)


def test_keys_of_a_terminal():
    import os
    import pty

    controller, terminal = pty.openpty()
    heard = []
    told = []
    inputs = ControlInputs(
        lambda words: heard.append(words) or "ok",
        keyboard=terminal,
        tell=told.append,
    )
    import tty

    tty.setcbreak(terminal)
    os.write(controller, b"fx+")
    inputs.wait(5)
    inputs.close()
    os.close(controller)
    os.close(terminal)
    assert heard == ["freeze", "density +0.1"]
    assert told == ["ok", "ok"]


def test_without_a_terminal_there_are_no_keys(monkeypatch):
    import io

    monkeypatch.setattr("sys.stdin", io.StringIO())
    with single_keys() as keyboard:
        assert keyboard is None
