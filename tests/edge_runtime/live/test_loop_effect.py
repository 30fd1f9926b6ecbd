import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from edge_runtime.errors import UsageError
from edge_runtime.live.loop_effect import LoopEffect
from edge_runtime.live.loop_player import LoopPlayer
from edge_runtime.live.parameters import LiveParameters

RATE, FADE, LENGTH = 8000, 80, 400


def louder(loop, parameters):
    """Version number n is the loop times n + 2."""
    return loop * np.float32(parameters.seed + 2)


def check(parameters):
    if parameters.prior == "none":
        raise UsageError("no such prior")


def make(**options):
    return LoopEffect(
        LoopPlayer(RATE), louder, LiveParameters(), check=check, **options
    )


@pytest.fixture(scope="module")
def sound():
    return np.random.default_rng(0).normal(size=(3000, 1)).astype(np.float32)


@pytest.mark.parametrize("block", [1, 33, 80, 400, 3000])
def test_every_pass_gets_a_version_of_the_recording(sound, block):
    effect = make(every_pass=True)
    effect.record(LENGTH)
    parts = [
        effect.process(sound[start : start + block]) for start in range(0, 3000, block)
    ]
    output = np.concatenate(parts)
    loop = sound[FADE:LENGTH]
    for number in range(6):
        start = (number + 1) * LENGTH
        heard = output[start + FADE : start + LENGTH]
        assert np.array_equal(heard, loop * np.float32(number + 1)), number


def test_versions_are_made_elsewhere_and_come_when_ready(sound):
    ready, thread = threading.Event(), []

    def slow(loop, parameters):
        ready.wait(5)
        thread.append(threading.current_thread().name)
        return louder(loop, parameters)

    with ThreadPoolExecutor(1, thread_name_prefix="versions") as executor:
        effect = LoopEffect(
            LoopPlayer(RATE), slow, LiveParameters(), check=check, executor=executor
        )
        effect.record(LENGTH)
        effect.regenerate()  # nothing to regenerate yet
        effect.process(sound[: 2 * LENGTH])
        effect.regenerate()
        effect.regenerate()  # one at a time
        waiting = effect.process(sound[:LENGTH])
        assert np.array_equal(waiting[FADE:], sound[FADE:LENGTH])
        ready.set()
        effect._making.result(5)
        effect.process(sound[:LENGTH])
        swapped = effect.process(sound[:LENGTH])
    assert thread == ["versions_0"]
    assert np.array_equal(swapped[FADE:], 2 * sound[FADE:LENGTH])
    effect.restore()
    effect.process(sound[:LENGTH])
    assert np.array_equal(effect.process(sound[:LENGTH])[FADE:], sound[FADE:LENGTH])


def test_recording_anew_forgets_what_was_being_made(sound):
    effect = make()
    effect.record(LENGTH)
    effect.process(sound[:1000])
    effect.record()
    effect.process(sound[1000:1500])
    effect.record()  # ends it
    output = effect.process(sound[1500:2500])
    assert np.array_equal(output[FADE:500], sound[1000 + FADE : 1500])


def test_bypass_and_wet(sound):
    effect = make()
    effect.record(LENGTH)
    effect.process(sound[:1000])
    effect.parameters = LiveParameters(bypass=True)
    output = effect.process(sound[1000:2000])
    assert np.allclose(output[FADE:], sound[1000 + FADE : 2000], atol=1e-6)


def test_parameters_that_do_not_fit_are_refused():
    effect = make()
    with pytest.raises(UsageError, match="no such prior"):
        effect.parameters = LiveParameters(prior="none")
    assert effect.parameters == LiveParameters()
