"""The effect on cards of 44.1 and 48 kHz: delay, whole band, blocks of any size."""

import numpy as np
import pytest

from edge_runtime.bundle.shipped import load_model
from edge_runtime.engines.load import load_engine
from edge_runtime.live.card_rate import AtCardRate, at_card_rate
from edge_runtime.live.parameters import LiveParameters
from edge_runtime.live.receptive_field import prompt_lookahead
from edge_runtime.live.session import stream_session
from edge_runtime.live.streaming_inpainter import LIVE
from edge_runtime.priors.choice import every_prior


class Echo:
    """Adds half of a lower band's own sound, some samples later, to itself."""

    def __init__(self, delay, gain):
        self.delay, self.gain = delay, gain
        self._held = None
        self.late = []

    def process(self, block, late=False):
        self.late.append(late)
        if self._held is None:
            self._held = np.zeros((self.delay, block.shape[1]), np.float32)
        whole = np.concatenate([self._held, block])
        self._held = whole[len(block) :]
        return (1.0 + self.gain) * whole[: len(block)]


def played(effect, audio, sizes=(256,)):
    parts, start = [], 0
    while start < len(audio):
        size = sizes[len(parts) % len(sizes)]
        parts.append(effect.process(audio[start : start + size]))
        start += size
    return np.concatenate(parts)


def tone(frequency, rate, seconds=0.5):
    moments = np.arange(round(seconds * rate)) / rate
    return np.float32(0.3 * np.sin(2 * np.pi * frequency * moments))[:, np.newaxis]


@pytest.mark.parametrize("card_rate", [48000, 96000, 32000])
@pytest.mark.parametrize("delay", [0, 1001])
def test_what_is_changed_lies_where_the_input_does(card_rate, delay):
    effect = AtCardRate(
        Echo(delay, 0.5), model_rate=44100, card_rate=card_rate, channels=1
    )
    audio = tone(1000.0, card_rate)
    output = played(effect, audio)
    late = effect.delay
    assert late / card_rate == pytest.approx(delay / 44100 + 0.003, abs=0.002)
    assert not output[:late].any()
    middle = slice(4000, 10000)
    expected = 1.5 * audio[:-late][middle]
    np.testing.assert_allclose(output[late:][middle], expected, atol=1e-4)


def test_without_a_change_the_whole_band_passes_to_the_last_bit():
    effect = AtCardRate(Echo(700, 0.0), model_rate=44100, card_rate=48000, channels=2)
    rng = np.random.default_rng(0)
    audio = rng.normal(0.0, 0.2, (9000, 2)).astype(np.float32)
    audio[:, 0] += tone(23500.0, 48000)[:9000, 0]  # above what 44.1 kHz holds
    output = played(effect, audio, sizes=(1, 300, 64))
    late = effect.delay
    np.testing.assert_array_equal(output[late:], audio[:-late])


@pytest.mark.parametrize("delay", [0, 700])
def test_of_an_input_that_is_replaced_nothing_stays(delay):
    asked = {"model_rate": 16000, "card_rate": 48000, "channels": 1}
    above = tone(12000.0, 48000)  # the model's band ends at 8 kHz
    for replaces, peak in ((True, 0.0), (False, 0.3)):
        effect = at_card_rate(Echo(delay, -1.0), **asked, replaces=replaces)
        heard = played(effect, above)[4000:10000]
        assert np.abs(heard).max() == pytest.approx(peak, abs=1e-4)
    # What the effect gives in its place lies where the input did.
    effect = at_card_rate(Echo(delay, 0.5), **asked, replaces=True)
    below = tone(1000.0, 48000)
    output, late = played(effect, below), effect.delay
    middle = slice(4000, 10000)
    expected = 1.5 * below[:-late][middle]
    np.testing.assert_allclose(output[late:][middle], expected, atol=1e-4)


def test_blocks_of_any_size_give_the_same_bits():
    audio = np.random.default_rng(1).normal(0.0, 0.2, (6000, 1)).astype(np.float32)
    outputs = [
        played(
            AtCardRate(Echo(500, -0.7), model_rate=44100, card_rate=48000, channels=1),
            audio,
            sizes,
        )
        for sizes in ((6000,), (256,), (3, 1, 1000))
    ]
    for each in outputs[1:]:
        np.testing.assert_array_equal(each, outputs[0])


def test_garbage_is_silence_and_lateness_is_told():
    echo = Echo(10, 0.5)
    effect = AtCardRate(echo, model_rate=44100, card_rate=48000, channels=1)
    block = np.full((512, 1), np.nan, np.float32)
    assert np.isfinite(effect.process(block, late=True)).all()
    assert echo.late == [True]


def test_a_card_at_the_models_rate_needs_nothing():
    echo = Echo(10, 0.5)
    asked = {"model_rate": 44100, "channels": 1}
    assert at_card_rate(echo, card_rate=44100, **asked) is echo
    assert isinstance(at_card_rate(echo, card_rate=48000, **asked), AtCardRate)


def test_the_shipped_model_plays_at_48_khz_within_100_ms():
    bundle = load_model("general")
    engine = load_engine(bundle)
    parameters = LiveParameters(density=1.0, prior="naive_bayes")
    session = stream_session(
        bundle,
        engine,
        parameters,
        channels=1,
        priors=every_prior(bundle, engine, LIVE),
        phase="original",
        lookahead=prompt_lookahead(bundle),
    )
    effect = at_card_rate(session.effect, model_rate=44100, card_rate=48000, channels=1)
    assert effect.delay <= 0.1 * 48000
    audio = tone(440.0, 48000, 0.6) + tone(23500.0, 48000, 0.6)
    audio += np.random.default_rng(0).normal(0.0, 0.01, audio.shape)
    output = played(effect, audio.astype(np.float32), sizes=(512,))
    late = effect.delay
    changed = output[late:] - audio[:-late]
    heard = slice(12000, 20000)
    spectrum = np.abs(np.fft.rfft(changed[heard, 0] * np.hanning(8000)))
    top = round(23500 / 48000 * 8000)
    assert np.abs(changed[heard]).max() > 1e-3  # it is regenerated
    assert spectrum[top - 5 : top + 6].max() < 1e-3 * spectrum.max()  # and that stays
