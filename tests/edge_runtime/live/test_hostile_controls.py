"""Nothing that comes in ends a live session; a card that vanishes does."""

import socket
import types

import pytest

from edge_runtime.errors import UserError
from edge_runtime.live.card_session import watch
from edge_runtime.live.control import Controls
from edge_runtime.live.control_inputs import ControlInputs
from edge_runtime.live.parameters import LARGEST_SEED, LiveParameters
from edge_runtime.live.sound_card import CardState


@pytest.fixture
def controls():
    return Controls([types.SimpleNamespace(parameters=LiveParameters())], {})


@pytest.mark.parametrize(
    "words",
    [
        ["seed 1e308", "seed +1e308"],
        ["seed 1e12"],
        ["density -1e308", "density +1e308", "density +1e308"],
        ["wet nan"],
        ["band nan:nan"],
        ["band -1:1e999"],
        ["seed " + "9" * 5000],
        ["\0", "", "   ", "quit now", "\x1b[2J"],
    ],
)
def test_any_words_get_one_short_answer_and_leave_values_in_bounds(controls, words):
    for each in words:
        answer = controls.say(each)
        assert "\n" not in answer and len(answer) < 400
    parameters = controls._effects[0].parameters
    assert 0 <= parameters.seed <= LARGEST_SEED
    assert 0.0 <= parameters.density <= 1.0 and not controls.quits


def test_an_action_that_breaks_is_an_answer():
    def broken():
        raise OverflowError("too large")

    controls = Controls([], {"record": broken})
    assert "does not work" in controls.say("record")


def test_datagrams_of_any_bytes_are_answered(controls):
    inputs = ControlInputs(controls.say, port=0)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as player:
        player.settimeout(10)
        for content in (b"\xff\xfe\0", b"x" * 60_000, b"", b"density 0.3"):
            player.sendto(content, ("127.0.0.1", inputs.port))
            inputs.wait(5.0)
            answer = player.recv(2000)
        assert answer.startswith(b"density 0.3")
    inputs.close()


class Still:
    """Inputs and transport of a session in which nothing happens."""

    overruns = 0

    def __init__(self, card, blocks):
        self.card, self.blocks, self.now = card, iter(blocks), 0.0

    def wait(self, seconds):
        self.now += seconds
        self.card.blocks += next(self.blocks, 0)

    def check(self):
        pass


@pytest.mark.parametrize("is_active", [True, False])
def test_a_card_that_vanishes_ends_the_session(controls, is_active):
    card = CardState(is_active=lambda: is_active)
    still = Still(card, blocks=[1, 1, 1])
    with pytest.raises(UserError, match="sound card has stopped"):
        watch(still, still, controls, card, clock=lambda: still.now)
    assert card.blocks == 3
    assert (still.now > 5.0) == is_active
