import threading

import numpy as np
import pytest

from edge_runtime.live.transport import FADE, Transport

RATE, BLOCK, DELAY = 8000, 64, 100


class Delayed:
    """Output is the input, 100 samples later, upside down; can be held up."""

    def __init__(self):
        self.kept = np.zeros((DELAY, 1), np.float32)
        self.free, self.done, self.was_late = threading.Event(), threading.Event(), []
        self.free.set()

    def __call__(self, block, late):
        self.free.wait()
        self.was_late.append(late)
        joined = np.concatenate([self.kept, -block])
        self.kept = joined[len(block) :]
        self.done.set()
        return joined[: len(block)]


def run(transport, process, audio, held=range(0)):
    """Callback after callback; the work is held up during blocks `held`."""
    output = np.zeros_like(audio)
    for number, start in enumerate(range(0, len(audio), BLOCK)):
        part = slice(start, start + BLOCK)
        if number in held:
            process.free.clear()
        elif not process.free.is_set():
            process.free.set()
        transport.callback(audio[part], output[part])
        # Wait for the work, as a sound card would for the time to pass.
        while number not in held and transport._output.written < part.stop:
            process.done.wait(1.0)
            process.done.clear()
    return output


@pytest.fixture
def audio():
    time = np.arange(50 * BLOCK) / RATE
    return np.sin(2 * np.pi * 50 * time).astype(np.float32)[:, np.newaxis]


def make(process, **options):
    return Transport(
        process, sample_rate=RATE, channels=1, delay=DELAY, block=BLOCK, **options
    )


@pytest.mark.parametrize("buffer", [1, 3])
def test_output_is_the_effect_at_the_reported_delay(audio, buffer):
    process = Delayed()
    with make(process, buffer=buffer) as transport:
        output = run(transport, process, audio)
    assert transport.delay == DELAY + buffer * BLOCK + FADE
    assert not output[: transport.delay].any()
    assert np.array_equal(output[transport.delay :], -audio[: -transport.delay])
    assert transport.overruns == 0
    assert not any(process.was_late)


def test_an_overrun_fades_to_the_input_delayed_equally_and_back(audio):
    process = Delayed()
    with make(process, buffer=1) as transport:
        output = run(transport, process, audio, held=range(20, 30))
    assert 9 <= transport.overruns <= 12
    assert any(process.was_late)
    delayed = np.pad(audio, ((transport.delay, 0), (0, 0)))[: len(audio)]
    assert np.array_equal(output[: 20 * BLOCK], -delayed[: 20 * BLOCK])
    dry = slice(20 * BLOCK + FADE + BLOCK, 30 * BLOCK)
    assert np.array_equal(output[dry], delayed[dry])
    wet = slice(31 * BLOCK + FADE, None)
    assert np.array_equal(output[wet], -delayed[wet])
    # From one side to the other in 16 ms: no step beyond that of fade and tone.
    steepest = np.pi / FADE + 2 * np.pi * 50 / RATE
    assert np.abs(np.diff(output[:, 0])).max() < steepest


def test_a_backlog_is_worked_off_block_by_block(audio):
    sizes = []

    def note(block, late):
        sizes.append((len(block), late))
        return block

    transport = make(note, buffer=1)
    for start in range(0, 10 * BLOCK, BLOCK):
        transport.callback(audio[start : start + BLOCK], np.empty((BLOCK, 1), "f4"))
    transport._catch_up()
    # Late until what is left fits into the time that the work may take.
    assert sizes == [(BLOCK, left > BLOCK + FADE) for left in range(640, 0, -BLOCK)]


def test_the_work_has_its_own_thread_and_guard(audio):
    seen = []

    class Guard:
        def __enter__(self):
            seen.append(threading.current_thread().name)

        def __exit__(self, *error):
            seen.append("left")

    process = Delayed()
    with make(process, guard=Guard) as transport:
        run(transport, process, audio)
    assert seen == ["live_0", "left"]


def test_what_ends_the_work_is_raised_and_the_input_is_heard(audio):
    def fail(block, late):
        raise ValueError("the model gave up")

    output = np.zeros_like(audio)
    with make(fail) as transport:
        for start in range(0, len(audio), BLOCK):
            part = slice(start, start + BLOCK)
            transport.callback(audio[part], output[part])
        transport._working.exception(5)
        with pytest.raises(ValueError, match="gave up"):
            transport.check()
    assert np.array_equal(
        output[1000:], audio[1000 - transport.delay : -transport.delay]
    )
    assert transport.overruns > 40
