"""Texture of a stream: the noise of files, frame by frame, however the input is cut."""

import numpy as np
import pytest

from edge_runtime.bundle.shipped import load_model
from edge_runtime.edit.decoded import textured_magnitude
from edge_runtime.edit.inpainter import Inpainter
from edge_runtime.edit.sound_codec import SoundCodec
from edge_runtime.engines.load import load_engine
from edge_runtime.live.channels import StreamEffect
from edge_runtime.live.file_session import run_on_file
from edge_runtime.live.loop_regeneration import regenerate_loop
from edge_runtime.live.parameters import LiveParameters
from edge_runtime.live.receptive_field import prompt_lookahead
from edge_runtime.live.session import stream_session
from edge_runtime.live.streaming_inpainter import LIVE, STREAM_PRIOR, StreamingInpainter
from edge_runtime.priors.choice import every_prior
from edge_runtime.priors.marginal import MarginalPrior
from edge_runtime.spectrogram.stft import stft
from edge_runtime.stage_times import StageTimes
from tests.edge_runtime.edit.known_edits import KeepCodes

NOISE = np.random.default_rng(3).normal(scale=0.1, size=(8000, 1)).astype(np.float32)


@pytest.fixture
def stream(unsure_bundle, unsure_codec):
    """Make the stream of the tiny model that is unsure: `stream(texture=0.5)`."""

    def make(*, bundle=unsure_bundle, codec=unsure_codec, phase="original", **asked):
        return StreamingInpainter(
            bundle,
            engine=codec,
            parameters=LiveParameters(**{"density": 1.0} | asked),
            phase=phase,
        )

    return make


@pytest.mark.parametrize("seed", [0, 7])
def test_it_is_that_of_the_same_frames_in_a_file(
    stream, unsure_bundle, unsure_codec, monkeypatch, seed
):
    """Bit for bit: of the same codes, what is to sound is that of the whole file."""
    bundle, given = unsure_bundle, []

    def watched(magnitude, known, mask, **options):
        given.append(magnitude)
        return known

    inpainter = stream(seed=seed)
    priors = {"naive_bayes": KeepCodes()}
    monkeypatch.setattr(inpainter._rule, "_priors", priors)
    monkeypatch.setattr(inpainter._codec.sound, "with_phase", watched)
    inpainter.process(NOISE[:, 0])
    live = np.concatenate(given)
    assert len(live) > 100

    whole = SoundCodec(bundle, unsure_codec, StageTimes()).analyse(NOISE[:, 0])
    codec = SoundCodec(bundle, unsure_codec, StageTimes())
    expected, smooth = (
        textured_magnitude(
            codec.decode(whole.codemap, len(live)),
            bundle.settings,
            texture=texture,
            seed=seed,
            first_frame=0,
        )
        for texture in (1.0, 0.0)
    )
    np.testing.assert_array_equal(live, expected)
    assert np.any(live != smooth)


@pytest.mark.parametrize("phase", ["original", "continued"])
def test_it_does_not_depend_on_the_blocks(stream, phase):
    sound = NOISE[:, 0]
    smooth = stream(phase=phase, texture=0.0).process(sound)
    outputs = set()
    for block in (64, 333, len(sound)):
        inpainter = stream(phase=phase)
        starts = range(0, len(sound), block)
        parts = [inpainter.process(sound[start : start + block]) for start in starts]
        outputs.add(np.concatenate(parts).tobytes())
    assert len(outputs) == 1 and smooth.tobytes() not in outputs


def test_a_model_without_a_spread_has_none(stream, level_bundle, level_codec):
    smooth = stream(texture=0.0).process(NOISE[:, 0])
    for texture in (0.0, 1.0):
        plain = stream(bundle=level_bundle, codec=level_codec, texture=texture)
        np.testing.assert_array_equal(plain.process(NOISE[:, 0]), smooth)


def test_it_can_change_while_it_plays(stream):
    changing, steady = stream(texture=0.0), stream()
    for inpainter in (changing, steady):
        inpainter.process(NOISE[:, 0])
    changing.parameters = LiveParameters(density=1.0)
    after, expected = (each.process(NOISE[:, 0]) for each in (changing, steady))
    settled = slice(2 * steady.delay, None)
    np.testing.assert_array_equal(after[settled], expected[settled])


def test_what_both_channels_share_stays_shared(stream):
    effect = StreamEffect([stream(), stream()])
    output = effect.process(np.repeat(NOISE, 2, axis=1))
    np.testing.assert_array_equal(output[:, 0], output[:, 1])


def test_a_loop_has_as_much_as_is_asked_for(unsure_bundle, unsure_codec):
    inpainter = Inpainter(unsure_bundle, engine=unsure_codec)
    prior = MarginalPrior(np.where(np.arange(16) < 9, 1, 0), predict="sample")
    smooth, default, full = (
        regenerate_loop(NOISE, inpainter, prior, LiveParameters(density=1.0, **texture))
        for texture in ({"texture": 0.0}, {}, {"texture": 1.0})
    )
    np.testing.assert_array_equal(default, full)
    assert np.std(full - smooth) > 0.1 * np.std(smooth)


def noise_through_general(texture):
    """White noise of -30 dB, and what `live` makes of it with density 1."""
    bundle = load_model("general")
    engine = load_engine(bundle)
    rng = np.random.default_rng(0)
    noise = rng.normal(scale=10**-1.5, size=(3 * 44100, 1)).astype(np.float32)
    session = stream_session(
        bundle,
        engine,
        LiveParameters(prior=STREAM_PRIOR, density=1.0, texture=texture),
        channels=1,
        priors=every_prior(bundle, engine, LIVE),
        phase="original",
        lookahead=prompt_lookahead(bundle),
    )
    rates = {"sample_rate": 44100, "model_rate": 44100}
    done = run_on_file(session, noise, block=256, **rates)
    return noise, done.audio


def levels_of(sound):
    """Mean level of noise in parts of the band, and how much its magnitudes vary."""
    spectrum = stft(sound[22050:-22050, 0], n_fft=2048, hop_length=512)
    power = np.square(np.abs(spectrum[:, 8:1000]))
    parts = [power, *np.split(power, [120, 248, 504], axis=1)]
    deviation = np.std(10.0 * np.log10(power), axis=0).mean()
    return 10.0 * np.log10([part.mean() for part in parts]), deviation


def test_noise_stays_noise_as_loud_as_it_was():
    noise, textured = noise_through_general(1.0)
    _, smooth = noise_through_general(0.0)
    before, of_noise = levels_of(noise)
    after, of_textured = levels_of(textured)
    _, of_smooth = levels_of(smooth)
    assert np.abs(after - before).max() < 0.7
    assert of_noise == pytest.approx(5.57, abs=0.1)  # Rayleigh's distribution
    # What the phase of the input does not fit is lost between frames that overlap.
    assert of_textured > 4.9 and of_smooth < 4.5
