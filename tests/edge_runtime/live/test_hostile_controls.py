"""Nothing that comes in ends a live session."""

import random
import socket
import types

import numpy as np
import pytest

from edge_runtime.live.control_inputs import ControlInputs
from edge_runtime.live.controls import Controls
from edge_runtime.live.parameters import LARGEST_SEED, LiveParameters
from edge_runtime.live.session import loop_session, stream_session
from edge_runtime.live.streaming_inpainter import LIVE
from edge_runtime.priors.choice import every_prior


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


def test_an_effect_outlives_every_word(level_bundle, level_codec):
    """Words that were understood are also played."""
    rng = random.Random(3)
    parameters = LiveParameters(density=1.0)
    options = {
        "priors": every_prior(level_bundle, level_codec, LIVE),
        "phase": "original",
    }
    played = [
        loop_session(level_bundle, level_codec, parameters, loop_s=0.25, **options),
        stream_session(
            level_bundle, level_codec, parameters, channels=1, lookahead=None, **options
        ),
    ]
    said = [
        *("density 0.4", "wet 0.3", "temperature 0.01", "temperature 100", "low 3990"),
        *("high 1", "band 3999.9:4000", "seed 4294967295", "prior marginal", "undo"),
        *("record", "overdub", "pedal down", "pedal up", "regenerate", "restore"),
        *("freeze", "bypass", "preset ground", "preset wild", "band all"),
    ]
    noise = np.random.default_rng(0).normal(0, 0.1, (600, 1)).astype(np.float32)
    for session in played:
        controls = Controls(session.controlled, session.actions)
        for _ in range(60):
            words = rng.choice(said)
            answer = controls.say(words)
            assert "does not work" not in answer, (words, answer)
            assert np.isfinite(session.effect.process(noise)).all(), words
