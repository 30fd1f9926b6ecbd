import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from edge_runtime.bundle.codebook import codes_of
from edge_runtime.edit.seams import fade_weights
from edge_runtime.errors import UsageError
from edge_runtime.live.parameters import LiveParameters
from edge_runtime.live.rule import CONTEXT
from edge_runtime.live.streaming_inpainter import LIVE
from edge_runtime.priors.choice import every_prior
from edge_runtime.spectrogram.features import magnitude_of, spectrogram_from
from edge_runtime.spectrogram.region_masks import expand_mask
from edge_runtime.spectrogram.stft import istft, stft

# (1 encoder + 2 decoder cells ahead, and its own) * 256 - 64 + 256 - 1 samples
DELAY = 4 * 256 + 191


def played(inpainter, audio, cuts=()):
    """Output of the blocks between the cuts, joined."""
    blocks = np.split(audio, sorted(cuts))
    return np.concatenate([inpainter.process(block) for block in blocks])


def offline(bundle, codec, audio, parameters):
    """The same effect on the whole sound at once, written down independently."""
    settings, stride = bundle.settings, bundle.time_stride
    spectrum = stft(audio, n_fft=settings.n_fft, hop_length=settings.hop_length)
    frames = len(spectrum)
    spectrogram = spectrogram_from(spectrum, settings)
    padded = np.pad(spectrogram, ((0, -frames % stride), (0, 0), (0, 0)))
    codemap = codes_of(codec.encode(padded[None])[0], bundle.codebook)
    silent = codec.encode(np.zeros((1, 8 * stride, *padded.shape[1:]), np.float32))
    before = np.tile(codes_of(silent[0, 4], bundle.codebook), (CONTEXT, 1))
    heard = np.concatenate([before, codemap])
    prior = every_prior(bundle, None, LIVE)[parameters.prior]
    mask, filled = np.zeros(codemap.shape, bool), codemap.copy()
    for column in range(len(codemap)):
        rng = np.random.default_rng((parameters.seed, column))
        draws = rng.random(codemap.shape[1])
        mask[column] = draws < parameters.density
        window = heard[column : column + CONTEXT + 1]
        hidden = np.zeros(window.shape, bool)
        hidden[-1] = mask[column]
        if mask[column].any():
            rng = np.random.default_rng((parameters.seed, column))
            seed = int(rng.integers(2**31))
            filled[column] = prior.fill(window, hidden, seed=seed)[-1]
    magnitude = magnitude_of(codec.decode(filled[None])[0, :frames], settings)
    bins = expand_mask(mask, stride, bundle.freq_stride, frames)
    bins = np.concatenate([bins, bins[:, -1:]], axis=1)
    phase = spectrum / np.maximum(np.abs(spectrum), 1e-30)
    change = fade_weights(bins, 0, 2) * (magnitude * phase - spectrum)
    change *= parameters.wet
    changed = istft(change, hop_length=settings.hop_length, length=len(audio))
    return audio + changed


SIGNALS = arrays(
    np.float32,
    st.integers(0, 1500),
    elements=st.floats(-1, 1, width=32),
    fill=st.sampled_from([np.float32(0.0), np.float32(0.3)]),
)


@settings(
    max_examples=25,
    deadline=None,
    # The fixture is a factory: every example makes its own engines.
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(audio=SIGNALS, cuts=st.lists(st.integers(0, 1500), max_size=12), data=st.data())
def test_output_does_not_depend_on_the_blocks(make_inpainter, audio, cuts, data):
    options = {
        "phase": data.draw(st.sampled_from(["continued", "original", "griffin_lim"])),
        "density": data.draw(st.sampled_from([0.3, 1.0])),
        "freeze": data.draw(st.booleans()),
        "prior": data.draw(st.sampled_from(["naive_bayes", "marginal"])),
        "lookahead": data.draw(st.sampled_from([None, 0, 2])),
    }
    audio = np.concatenate([audio, np.zeros(1300, np.float32)])
    whole = played(make_inpainter(**options), audio)
    cut = played(make_inpainter(**options), audio, cuts)
    assert whole.tobytes() == cut.tobytes()


@pytest.mark.parametrize("block", [1, 7, 64, 255, 257, 512, 8000])
def test_block_sizes_of_sound_cards(make_inpainter, tone, block):
    audio = tone[:2000] if block == 1 else tone
    whole = played(make_inpainter(density=0.5), audio)
    cut = played(make_inpainter(density=0.5), audio, range(block, len(audio), block))
    assert whole.tobytes() == cut.tobytes()
    assert not np.array_equal(whole[DELAY:], audio[:-DELAY])


@pytest.mark.parametrize(
    "options",
    [{"density": 1.0}, {"density": 0.4, "seed": 5}, {"density": 0.6, "wet": 0.5}],
)
def test_equals_the_offline_effect_away_from_the_ends(
    make_inpainter, level_bundle, blur_codec, tone, options
):
    inpainter = make_inpainter(**options)
    output = played(inpainter, np.pad(tone, (0, inpainter.delay)))[inpainter.delay :]
    expected = offline(level_bundle, blur_codec, tone, LiveParameters(**options))
    # The whole file knows no frames before its first and after its last sample.
    inside = slice(4 * 256, -5 * 256)
    assert np.abs(expected - tone)[inside].max() > 0.05
    np.testing.assert_allclose(output[inside], expected[inside], atol=2e-6)


def test_the_delay_is_the_reported_one(make_inpainter, tone):
    inpainter = make_inpainter(bypass=True)
    assert inpainter.delay == DELAY
    output = played(inpainter, tone, range(100, 8000, 100))
    assert not output[:DELAY].any()
    assert np.array_equal(output[DELAY:], tone[:-DELAY])


def test_the_delay_is_no_longer_than_needed(make_inpainter, tone):
    """A column is added when the first sample it changes is the next to go out."""
    inpainter = make_inpainter(density=1.0)
    add, spare = inpainter._output.add, []

    def watched(number, spectrum):
        spare.append(number * 256 - 128 - inpainter._output._next)
        add(number, spectrum)

    inpainter._output.add = watched
    played(inpainter, tone[:3000], range(3000))
    assert len(spare) == 8  # 3000 samples complete 11 columns, 3 of them ahead
    assert set(spare) == {0}


@pytest.mark.parametrize(("cells", "delay"), [(0, 447), (1, 703), (3, 1215), (8, 1215)])
def test_less_lookahead_shortens_the_delay_by_whole_cells(make_inpainter, cells, delay):
    assert make_inpainter(lookahead=cells).delay == delay


def test_bypass_computes_nothing_and_comes_back(make_inpainter, blur_codec, tone):
    inpainter = make_inpainter(density=1.0, bypass=True)
    played(inpainter, tone)
    assert blur_codec.encoded == blur_codec.decoded == 0
    assert inpainter.times.seconds == {}
    inpainter.parameters = LiveParameters(density=1.0)
    regenerated = inpainter.process(tone)
    assert blur_codec.decoded > 0
    # A pure function of what came before: having been bypassed leaves no trace.
    always = make_inpainter(density=1.0)
    always.process(tone)
    settled = slice(2 * DELAY, None)
    assert np.array_equal(regenerated[settled], always.process(tone)[settled])


@pytest.mark.parametrize("option", [{"density": 0.0}, {"wet": 0.0}, {"bypass": True}])
def test_ways_to_hear_the_input(make_inpainter, blur_codec, tone, option):
    output = played(make_inpainter(**option), tone)
    assert np.array_equal(output[DELAY:], tone[:-DELAY])
    assert blur_codec.encoded == 0


def test_a_late_block_passes_the_input_on(make_inpainter, blur_codec, tone):
    inpainter = make_inpainter(density=1.0)
    output = inpainter.process(tone, late=True)
    assert np.array_equal(output[DELAY:], tone[:-DELAY])
    assert blur_codec.encoded == 0


def test_switching_makes_no_click(make_inpainter, tone):
    """No jump in the output is larger than in the sounds it switches between."""
    smooth = (0.4 * np.sin(2 * np.pi * 150 * np.arange(8000) / 8000)).astype(np.float32)
    inpainter = make_inpainter(density=1.0)
    blocks = []
    for number, block in enumerate(np.split(smooth, 20)):
        inpainter.parameters = LiveParameters(density=1.0, bypass=number % 2 == 1)
        blocks.append(inpainter.process(block))
    steady = played(make_inpainter(density=1.0), smooth)
    limit = max(np.abs(np.diff(smooth)).max(), np.abs(np.diff(steady)).max())
    assert np.abs(np.diff(np.concatenate(blocks))).max() < 1.5 * limit


def test_the_band_confines_the_change(make_inpainter, tone):
    inpainter = make_inpainter(density=1.0, low_hz=2000.0, high_hz=3000.0)
    output = played(inpainter, np.pad(tone, (0, DELAY)))[DELAY:]
    change = np.abs(np.fft.rfft((output - tone)[1000:7000] * np.hanning(6000)))
    hz = np.fft.rfftfreq(6000, 1 / 8000)
    # The band snaps outwards to cells of 500 Hz.
    inside = change[(hz > 1900) & (hz < 3600)].max()
    outside = change[(hz < 1400) | (hz > 3700)].max()
    assert inside > 100 * outside


def test_density_is_the_share_of_cells(make_inpainter, blur_codec, tone):
    rule = make_inpainter()._rule
    hidden = [
        rule.hidden(column, LiveParameters(density=0.25)) for column in range(2000)
    ]
    share = sum(int(cells.sum()) for cells in hidden if cells is not None) / 16000
    assert share == pytest.approx(0.25, abs=0.02)


def test_freeze_holds_the_moment(make_inpainter, tone):
    quiet = np.tile(tone[:4000] * np.float32(0.03), 2)
    inpainter = make_inpainter(density=1.0)
    loudness = rms(inpainter.process(tone)[-2000:])
    inpainter.parameters = LiveParameters(density=1.0, freeze=True)
    # An input that falls by 30 dB does not change what is frozen.
    assert rms(inpainter.process(quiet)[-2000:]) == pytest.approx(loudness, rel=0.3)
    inpainter.parameters = LiveParameters(density=1.0)
    assert rms(inpainter.process(quiet)[-2000:]) < 0.1 * loudness


def rms(audio):
    return float(np.sqrt(np.mean(np.square(audio))))


def test_what_is_no_sound_is_silence(make_inpainter, tone):
    bad, good = tone.copy(), tone.copy()
    bad[1000:1004] = np.nan, np.inf, -1e38, 1.1e4
    good[1000:1004] = 0.0
    output = played(make_inpainter(density=1.0), bad)
    assert np.array_equal(output, played(make_inpainter(density=1.0), good))


def test_seeds_differ_and_repeat(make_inpainter, tone):
    first, again, other = (
        played(make_inpainter(density=0.5, seed=seed), tone) for seed in (1, 1, 2)
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_memory_does_not_grow(make_inpainter):
    inpainter = make_inpainter(density=0.5, phase="continued")
    block = np.full(2560, 0.1, np.float32)
    for _ in range(12):
        inpainter.process(block)
    held = [
        inpainter._decided,
        inpainter._codec._codes,
        inpainter._stft._columns,
        inpainter._synthesis._heard,
    ]
    assert max(map(len, held)) <= inpainter._keep + 4
    assert len(inpainter._output._pending) <= 4 * 256 + 2 * 256


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"prior": "crystal_ball"}, "Unknown prior 'crystal_ball'.*marginal, naive"),
        ({"low_hz": 5000.0}, "begins at 5000 Hz.*above 4000 Hz"),
    ],
)
def test_parameters_that_do_not_fit_are_refused(make_inpainter, parameters, message):
    inpainter = make_inpainter()
    before = inpainter.parameters
    with pytest.raises(UsageError, match=message):
        inpainter.parameters = LiveParameters(**parameters)
    assert inpainter.parameters is before


@pytest.mark.parametrize(
    "parameters",
    [
        {"density": 1.1},
        {"wet": -0.1},
        {"wet": math.nan},
        {"low_hz": 500.0, "high_hz": 500.0},
        {"low_hz": -1.0},
        {"seed": -1},
    ],
)
def test_numbers_out_of_range_are_refused(parameters):
    with pytest.raises(UsageError, match="Received: "):
        LiveParameters(**parameters)


def test_two_channels_at_once_are_refused(make_inpainter):
    with pytest.raises(ValueError, match=r"shape \(samples,\)"):
        make_inpainter().process(np.zeros((10, 2), np.float32))


def test_an_unknown_phase_is_refused(make_inpainter):
    with pytest.raises(ValueError, match="phase must be one of"):
        make_inpainter(phase="lunar")
