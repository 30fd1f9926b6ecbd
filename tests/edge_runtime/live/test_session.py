"""Whole sessions, on files and on a sound card that is a stand-in."""

import socket
import threading
from dataclasses import replace

import numpy as np
import pytest

from edge_runtime.live.card_rate import at_card_rate
from edge_runtime.live.card_session import CardOptions, one_blas_thread, run_on_card
from edge_runtime.live.file_session import run_on_file
from edge_runtime.live.parameters import LiveParameters
from edge_runtime.live.session import loop_session, stream_session
from edge_runtime.live.streaming_inpainter import LIVE
from edge_runtime.priors.choice import every_prior

BLOCK = 128


@pytest.fixture
def make_stream(blur_bundle, blur_codec):
    def make(channels=1, **parameters):
        return stream_session(
            blur_bundle,
            blur_codec,
            LiveParameters(**parameters),
            channels=channels,
            priors=every_prior(blur_bundle, None, LIVE),
            phase="original",
            lookahead=None,
        )

    return make


def test_a_file_through_the_engine(make_stream, make_inpainter, tone):
    done = run_on_file(
        make_stream(density=0.5),
        tone[:, None],
        sample_rate=8000,
        model_rate=8000,
        block=100,
    )
    inpainter = make_inpainter(density=0.5)
    expected = inpainter.process(np.pad(tone, (0, inpainter.delay)))
    assert np.array_equal(done.audio[:, 0], expected[inpainter.delay :])
    assert done.delay == inpainter.delay and done.overruns == 0
    assert done.real_time_factor > 0


def test_a_file_at_the_pace_of_a_card(make_stream, tone):
    pytest.importorskip("threadpoolctl", reason="keeps matrix products on one thread")
    audio = tone[:3000, None]
    done = run_on_file(
        make_stream(density=0.0),
        audio,
        sample_rate=8000,
        model_rate=8000,
        block=BLOCK,
        buffer=4,
    )
    # With nothing to regenerate the output is the input, late blocks or not.
    assert np.array_equal(done.audio, audio)
    assert done.delay == make_stream().effect.delay + 4 * BLOCK + 128


def test_a_loop_from_a_file(level_bundle, level_codec, tone):
    session = loop_session(
        level_bundle,
        level_codec,
        LiveParameters(density=1.0, prior="marginal"),
        priors=every_prior(level_bundle, None, LIVE),
        phase="griffin_lim",
        loop_s=0.2,
    )
    done = run_on_file(
        session, tone[:, None], sample_rate=8000, model_rate=8000, block=500
    )
    assert done.delay == 0
    passes = done.audio[:8000, 0].reshape(5, 1600)
    assert np.array_equal(passes[0], tone[:1600])
    assert np.array_equal(passes[1][80:], tone[80:1600])
    # Each further pass is another version.
    for number in range(2, 5):
        assert np.abs(passes[number] - passes[number - 1]).max() > 0.01
    pedal = ["pedal down", "pedal up"]
    names = ["overdub", *pedal, "record", "regenerate", "restore", "undo"]
    assert sorted(session.actions) == names


def test_of_the_input_nothing_is_heard_beside_a_loop(level_bundle, level_codec):
    session = loop_session(
        level_bundle,
        level_codec,
        LiveParameters(density=0.0, prior="marginal"),
        priors=every_prior(level_bundle, None, LIVE),
        phase="griffin_lim",
        loop_s=0.2,
    )
    times = np.arange(24000) / 24000
    above = 0.3 * np.sin(2 * np.pi * 9000 * times)  # the model's band ends at 4 kHz
    done = run_on_file(
        session,
        above[:, None].astype(np.float32),
        sample_rate=24000,
        model_rate=8000,
        block=500,
    )
    assert np.abs(done.audio[7200:]).max() < 1e-3  # once the loop plays


@pytest.fixture
def card(monkeypatch):
    """A card that plays a tone from a thread of its own until it is closed."""
    import sys
    import types

    class Stream:
        latency = (0.005, 0.005)

        def __init__(self, *, blocksize, channels, callback, samplerate, **options):
            assert samplerate == fake.rate
            self.shape, self.callback = (blocksize, channels), callback
            self.ended = threading.Event()
            self.thread = threading.Thread(target=self.play)

        def start(self):
            self.thread.start()

        def play(self):
            block, output = np.ones(self.shape, np.float32), np.empty(self.shape)
            while not self.ended.wait(0.016):
                self.callback(block, output, len(block), None, None)

        def close(self):
            self.ended.set()
            self.thread.join()

    fake = types.ModuleType("sounddevice")
    fake.Stream, fake.PortAudioError = Stream, OSError
    fake.rate = 8000
    fake.query_devices = lambda device, kind: {"default_samplerate": float(fake.rate)}
    monkeypatch.setitem(sys.modules, "sounddevice", fake)
    return fake


@pytest.fixture
def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def play(session, port):
    options = CardOptions(block=BLOCK, buffer=2, control_port=port)
    run_on_card(session, options, sample_rate=8000)


def speak(port, words, answers):
    """Send words, again and again until the port is open and they are answered."""
    pause = threading.Event()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(0.2)
        client.connect(("127.0.0.1", port))
        for word in words:
            for _ in range(300):
                try:
                    client.send(word.encode())
                    answers.append(client.recv(200).decode())
                    break
                except (TimeoutError, ConnectionRefusedError):
                    pause.wait(0.05)


def test_a_card_is_played_until_told_to_quit(card, make_stream, free_port, capsys):
    pytest.importorskip("threadpoolctl", reason="keeps matrix products on one thread")
    session, answers = make_stream(density=0.3), []
    words = ["density 0.9", "nonsense", "quit"]
    speaker = threading.Thread(target=speak, args=(free_port, words, answers))
    speaker.start()
    play(session, free_port)
    speaker.join()
    assert session.controlled[0].parameters.density == 0.9
    assert answers[0].startswith("density 0.9 band")
    assert answers[1].startswith("error: Cannot understand")
    told = capsys.readouterr().err
    assert f"delay: {1000 * (1215 + 384) / 8000:.0f} ms, and 10 ms of the card" in told
    assert f"controls: UDP 127.0.0.1:{free_port}" in told


def test_a_card_is_played_at_its_own_rate(card, make_stream, free_port, capsys):
    pytest.importorskip("threadpoolctl", reason="keeps matrix products on one thread")
    card.rate, session, late = 12000, make_stream(density=0.3), []
    session = replace(session, set_late=late.append)
    speaker = threading.Thread(target=speak, args=(free_port, ["quit"], []))
    speaker.start()
    play(session, free_port)
    speaker.join()
    told = capsys.readouterr().err
    assert "the card runs at 12000 Hz, the model at 8000" in told
    # The filters of both ways wait for 64 samples of 8 kHz each, and for one.
    delay = 1215 / 8000 + 2 * 65 / 8000 + 384 / 12000
    assert f"delay: {1000 * delay:.0f} ms, and 10 ms of the card" in told
    assert late[0] == pytest.approx((delay + 0.01) * 8000, abs=4)


@pytest.mark.parametrize("replaces", [True, False])
def test_a_card_knows_what_takes_the_inputs_place(
    card, make_stream, free_port, monkeypatch, replaces
):
    pytest.importorskip("threadpoolctl", reason="keeps matrix products on one thread")
    asked = []

    def spy(effect, **options):
        asked.append(options["replaces"])
        return at_card_rate(effect, **options)

    monkeypatch.setattr("edge_runtime.live.card_session.at_card_rate", spy)
    speaker = threading.Thread(target=speak, args=(free_port, ["quit"], []))
    speaker.start()
    play(replace(make_stream(), replaces=replaces), free_port)
    speaker.join()
    assert asked == [replaces]


def test_a_long_delay_is_worth_a_word(card, make_stream, free_port, capsys):
    pytest.importorskip("threadpoolctl", reason="keeps matrix products on one thread")
    session = make_stream(bypass=True)
    for delay in (3300, 3100):
        session.effect.delay = delay
        speaker = threading.Thread(target=speak, args=(free_port, ["quit"], []))
        speaker.start()
        play(session, free_port)
        speaker.join()
        told = capsys.readouterr().err
        assert ("Leave --lookahead out" in told) == (delay == 3300)


def test_an_error_of_the_effect_ends_the_session(card, make_stream, free_port):
    pytest.importorskip("threadpoolctl", reason="keeps matrix products on one thread")
    session = make_stream()

    def fail(block, late):
        raise ValueError("the model gave up")

    session.effect.process = fail
    with pytest.raises(ValueError, match="gave up"):
        play(session, free_port)


def test_matrix_products_use_one_thread():
    threadpoolctl = pytest.importorskip("threadpoolctl")
    with one_blas_thread():
        np.ones((2, 2)) @ np.ones((2, 2))
        found = threadpoolctl.threadpool_info()
        assert all(
            pool["num_threads"] == 1 for pool in found if "blas" in pool["user_api"]
        )
