"""What an edit may change: the asked box, and the level and image in it."""

from dataclasses import asdict, replace

import numpy as np
import pytest

from edge_runtime.audio.audio_file import AudioFile
from edge_runtime.edit.inpainter import Inpainter
from edge_runtime.edit.transform import transform_sound
from edge_runtime.effects.table import EffectCall
from edge_runtime.priors.marginal import MarginalPrior
from edge_runtime.spectrogram.region import Region

RATE = 8000
SILENCE = MarginalPrior(np.eye(16)[0])
ANY = MarginalPrior(np.arange(1, 17))


@pytest.fixture
def inpainter(level_bundle, level_codec):
    return Inpainter(level_bundle, engine=level_codec)


def noise(seconds=1.0, channels=1, rate=RATE, seed=1):
    rng = np.random.default_rng(seed)
    samples = rng.normal(scale=0.1, size=(int(seconds * rate), channels))
    return AudioFile(samples.astype(np.float32), rate, "FLOAT")


def change_of(edit, sound):
    return edit.audio_file.samples - sound.samples


@pytest.mark.parametrize("rate", [8000, 44100])
@pytest.mark.parametrize("time", [(0.41, 0.6), (0.5, 0.52), (0.0, 0.1), (0.9, 1.0)])
def test_nothing_beyond_25_ms_of_the_box_changes(inpainter, rate, time):
    sound = noise(rate=rate)
    edit = inpainter.inpaint(sound, Region(*time, 0.0, 4000.0), prior=SILENCE)
    changed = np.flatnonzero(change_of(edit, sound)[:, 0]) / rate
    assert changed[0] >= time[0] - 0.025 and changed[-1] <= time[1] + 0.025
    assert changed[-1] - changed[0] >= 0.8 * (time[1] - time[0])
    assert edit.changed.start_s == changed[0]
    assert edit.changed.end_s == pytest.approx(changed[-1] + 1 / rate)
    assert edit.asked == Region(*time, 0.0, 4000.0)
    # The middle is all new: silence.
    middle = sum(time) / 2
    near = slice(int((middle - 0.002) * rate), int((middle + 0.002) * rate))
    if time[1] - time[0] > 0.05 and rate == 8000:
        after = edit.audio_file.samples[near]
        assert np.abs(after).max() < 0.1 * np.abs(sound.samples[near]).max()


def test_a_window_of_128_ms_reaches_no_further(bundle_with, settings, level_codec):
    longer = asdict(replace(settings, n_fft=1024, hop_length=256))
    inpainter = Inpainter(bundle_with(spectrogram=longer), engine=level_codec)
    sound = noise(2.0)
    edit = inpainter.inpaint(sound, Region(0.8, 1.2, 0.0, 4000.0), prior=SILENCE)
    changed = np.flatnonzero(change_of(edit, sound)[:, 0]) / RATE
    assert 0.775 <= changed[0] < 0.8 and 1.2 < changed[-1] <= 1.225


def test_snap_changes_whole_cells(inpainter):
    sound, box = noise(), Region(0.41, 0.43, 1000.0, 1200.0)
    narrow, whole = (
        inpainter.inpaint(sound, box, prior=SILENCE, snap=snap)
        for snap in (False, True)
    )
    assert narrow.box == whole.box
    lengths = [edit.changed.end_s - edit.changed.start_s for edit in (narrow, whole)]
    assert lengths[0] < 0.071 < lengths[1]
    heights = [edit.changed.high_hz - edit.changed.low_hz for edit in (narrow, whole)]
    assert heights[0] < 300 < 480 < heights[1]


def test_a_box_keeps_the_frequencies_beside_it(inpainter):
    """The cells of the tiny model are 500 Hz high; the box is 200 Hz."""
    sound = noise(2.0)
    edit = inpainter.inpaint(sound, Region(0.0, 2.0, 1600.0, 1800.0), prior=SILENCE)
    power = np.square(np.abs(np.fft.rfft(change_of(edit, sound)[:, 0])))
    hertz = np.fft.rfftfreq(2 * RATE, 1 / RATE)
    inside = power[(hertz > 1650) & (hertz < 1750)].mean()
    assert power[(hertz > 1550 - 60) & (hertz < 1850 + 60)].sum() > 0.99 * power.sum()
    beside = power[(hertz < 1500) | (hertz > 1900)].mean()
    assert beside < 1e-3 * inside


@pytest.mark.parametrize("hertz", [0.0, 10.0, 15.0])
def test_what_is_inaudible_passes_through(inpainter, hertz):
    """An offset or a rumble is there before and after a silent hole."""
    sound = noise()
    slow = 0.25 * np.cos(2 * np.pi * hertz * np.arange(len(sound.samples)) / RATE)
    low = slow.astype(np.float32)[:, np.newaxis]
    shifted = AudioFile(sound.samples + low, RATE, "FLOAT")
    box = Region(0.3, 0.7, 0.0, 4000.0)
    plain, moved = (
        inpainter.inpaint(each, box, prior=SILENCE) for each in (sound, shifted)
    )
    # Of a tone 1/300 is left, which may tip a code.
    least = 1.0 if hertz == 0.0 else 0.95
    assert (plain.codemap_before == moved.codemap_before).mean() >= least
    np.testing.assert_allclose(
        moved.audio_file.samples - low, plain.audio_file.samples, atol=2e-3
    )
    hole = slice(int(0.35 * RATE), int(0.65 * RATE))
    assert np.abs(moved.audio_file.samples[hole] - low[hole]).max() < 0.05


def test_nothing_inaudible_is_added(inpainter):
    """The tiny model makes as much of the lowest bin, 0 Hz, as of the 15 above it."""
    sound = noise(2.0)
    as_loud = MarginalPrior(np.eye(16)[7])
    edit = inpainter.inpaint(sound, Region(0.5, 1.5, 0.0, 4000.0), prior=as_loud)
    change = change_of(edit, sound)[:, 0] * np.hanning(2 * RATE)
    power = np.square(np.abs(np.fft.rfft(change)))
    assert power[:10].mean() < 0.05 * power.mean()  # below 5 Hz
    assert edit.changed.low_hz == 20.0  # the first bin begins lower


def test_a_mono_sound_in_two_channels_stays_mono(inpainter):
    one = noise().samples
    sound = AudioFile(np.hstack([one, one]), RATE, "FLOAT")
    for edit in (
        inpainter.inpaint(sound, Region(0.3, 0.6, 200.0, 3000.0), prior=ANY, seed=2),
        transform_sound(
            inpainter, sound, Region(0.3, 0.6, 200.0, 3000.0), EffectCall("noise")
        ),
    ):
        after = edit.audio_file.samples
        assert change_of(edit, sound).any()
        np.testing.assert_array_equal(after[:, 0], after[:, 1])


def test_channels_keep_their_levels(inpainter):
    one = noise().samples
    sound = AudioFile(np.hstack([one, 0.25 * one]), RATE, "FLOAT")
    edit = inpainter.inpaint(sound, Region(0.3, 0.6, 0.0, 4000.0), prior=ANY, seed=2)
    left, right = edit.audio_file.samples[int(0.35 * RATE) : int(0.55 * RATE)].T
    np.testing.assert_allclose(right, 0.25 * left, atol=0.02 * np.abs(left).max())


def ticks(rate=44100):
    """Noise above and below 4 kHz, for 5 ms every tenth of a second."""
    sound = noise(rate=rate, seed=4)
    samples = sound.samples * (np.arange(rate) % 4410 < 220)[:, np.newaxis]
    return AudioFile(samples.astype(np.float32), rate, "FLOAT")


def high_power(samples, low_hz=6000.0, high_hz=22050.0):
    power = np.square(np.abs(np.fft.rfft(samples[:, 0])))
    hertz = np.fft.rfftfreq(len(samples), 1 / 44100)
    return power[(hertz > low_hz) & (hertz < high_hz)].sum()


def test_what_lies_above_the_model_follows_the_band_below(inpainter):
    sound, box = ticks(), Region(0.35, 0.75, 0.0, 22050.0)
    inside = slice(int(0.38 * 44100), int(0.72 * 44100))
    before = high_power(sound.samples[inside])
    for above, kept in ((True, 0.1), (False, 1.0)):
        edit = inpainter.inpaint(sound, box, prior=SILENCE, above=above)
        share = high_power(edit.audio_file.samples[inside]) / before
        assert edit.above == above
        assert share < kept if above else share == pytest.approx(1.0, rel=0.01)
        assert edit.changed.high_hz == (22050.0 if above else 4000.0)


def test_it_follows_up_to_the_top_of_the_box(inpainter):
    sound, box = ticks(), Region(0.35, 0.75, 1000.0, 9000.0)
    edit = inpainter.inpaint(sound, box, prior=SILENCE)
    inside = slice(int(0.38 * 44100), int(0.72 * 44100))
    before, after = sound.samples[inside], edit.audio_file.samples[inside]
    low, high = (6000.0, 8000.0), (10000.0, 22050.0)
    assert high_power(after, *low) < 0.2 * high_power(before, *low)
    assert high_power(after, *high) == pytest.approx(
        high_power(before, *high), rel=0.02
    )
    below = inpainter.inpaint(sound, Region(0.35, 0.75, 0.0, 3000.0), prior=SILENCE)
    assert not below.above


@pytest.mark.parametrize("effect", ["noise", "shuffle", "gaussian_noise"])
def test_effects_on_what_sounds_keep_how_loud_it_is(inpainter, effect):
    sound = noise(seed=6)
    call = EffectCall(effect, {"strength": 1.0}, seed=1)
    quiet = AudioFile(0.05 * sound.samples, RATE, "FLOAT")
    edit = transform_sound(inpainter, quiet, Region(0.2, 0.8, 0.0, 4000.0), call)
    inside = slice(int(0.25 * RATE), int(0.75 * RATE))
    levels = [each.samples[inside].std() for each in (quiet, edit.audio_file)]
    assert abs(20 * np.log10(levels[1] / levels[0])) < 4.0


def test_erasing_is_still_erasing(inpainter):
    sound = noise()
    call = EffectCall("erase", {"strength": 1.0})
    edit = transform_sound(inpainter, sound, Region(0.2, 0.8, 0.0, 4000.0), call)
    inside = slice(int(0.25 * RATE), int(0.75 * RATE))
    assert edit.audio_file.samples[inside].std() < 0.1 * sound.samples[inside].std()


def test_a_report_says_what_was_asked_and_done(inpainter):
    sound = noise()
    box = Region(0.41, 0.6, 1000.0, 1200.0)
    edit = inpainter.inpaint(sound, box, prior=SILENCE)
    report = edit.report()
    assert report["asked"]["low_hz"] == 1000.0
    assert 0.385 <= report["changed"]["start_s"] < 0.41
    assert report["cells"] == edit.mask.sum()
    assert edit.lines()[1].startswith("asked 0.410-0.600 s, 1000-1200 Hz; changed 0.3")
    alone = AudioFile(np.zeros((RATE, 1), np.float32), RATE, "FLOAT")
    silent = inpainter.inpaint(alone, box, prior=SILENCE)
    assert silent.report()["level"] == "silence"
