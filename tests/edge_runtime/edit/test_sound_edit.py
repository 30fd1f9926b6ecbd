"""Long sounds: the edit of the whole, from a part, in memory that does not grow."""

import itertools
from dataclasses import asdict, replace

import numpy as np
import pytest

from edge_runtime.edit import sound_edit
from edge_runtime.edit.heard_channel import HeardChannel
from edge_runtime.edit.inpainter import Inpainter
from edge_runtime.edit.level_fit import RING_S
from edge_runtime.edit.passages import excerpt_around, passages_of
from edge_runtime.edit.sound_codec import SoundCodec
from edge_runtime.edit.transform import transform_sound
from edge_runtime.effects.table import EffectCall
from edge_runtime.priors.naive_bayes import NaiveBayesPrior
from edge_runtime.spectrogram.region import Region
from edge_runtime.stage_times import StageTimes
from tests.edge_runtime.edit.known_edits import KeepCodes, tone_in_noise

CONTEXT = {"encoder_frames": [4, 8], "decoder_cells": [1, 2]}


@pytest.fixture
def codec(smeared_codec):
    return smeared_codec


@pytest.fixture
def bundle(bundle_with):
    return bundle_with(context=CONTEXT)


@pytest.mark.parametrize("cells", [1, 5, 64])
@pytest.mark.parametrize("rate", [8000, 11025])
def test_codes_by_windows_are_those_of_the_whole(bundle, codec, rate, cells):
    heard = HeardChannel(tone_in_noise(rate, 3.3), 0, 8000)
    sound_codec = SoundCodec(bundle, codec, StageTimes())
    whole = sound_codec.analyse(heard.samples(0, len(heard))).codemap
    by_windows = sound_codec.codemap_of(heard, cells=cells)
    np.testing.assert_array_equal(by_windows, whole)
    assert len(np.unique(whole)) > 4


class TwoChannelCodec:
    """Latents are means over both channels."""

    def __init__(self, codec):
        self._codec = codec

    def encode(self, spectrogram):
        return self._codec.encode(spectrogram.mean(axis=3, keepdims=True))


@pytest.mark.parametrize("cells", [1, 5, 64])
def test_codes_by_windows_know_the_phase_before_them(
    bundle_with, codec, settings, cells
):
    two_channels = replace(settings, representation="magnitude_if")
    bundle = bundle_with(context=CONTEXT, spectrogram=asdict(two_channels))
    heard = HeardChannel(tone_in_noise(8000, 3.3), 0, 8000)
    sound_codec = SoundCodec(bundle, TwoChannelCodec(codec), StageTimes())
    whole = sound_codec.analyse(heard.samples(0, len(heard))).codemap
    by_windows = sound_codec.codemap_of(heard, cells=cells)
    np.testing.assert_array_equal(by_windows, whole)
    assert len(np.unique(whole)) > 4


def test_overlap_is_needed(bundle_with, codec):
    blind = bundle_with(context={"encoder_frames": [0, 0], "decoder_cells": [1, 2]})
    heard = HeardChannel(tone_in_noise(8000, 3.3), 0, 8000)
    sound_codec = SoundCodec(blind, codec, StageTimes())
    whole = sound_codec.analyse(heard.samples(0, len(heard))).codemap
    assert np.any(sound_codec.codemap_of(heard, cells=5) != whole)


CELL_S = 4 * 64 / 8000


@pytest.mark.parametrize("phase", ["continued", "griffin_lim", "original"])
@pytest.mark.parametrize(
    ("rate", "region"),
    [
        (8000, Region(5.0, 5.5, 300.0, 2000.0)),
        (11025, Region(5.0, 5.2, 100.0, 3000.0)),
        (44100, Region(5.1, 5.4, 0.0, 4000.0)),
    ],
)
def test_what_is_far_away_does_not_matter(bundle, codec, rate, region, phase):
    """The same edit in a part of the sound that holds what is near."""
    file = tone_in_noise(rate, 10.1, channels=2)
    # 80 cells: a whole number of samples at each rate.
    cut_s = 80 * CELL_S
    first, last = round(cut_s * rate), round(3 * cut_s * rate)
    file.samples[first + 100] = 20000  # the largest jump, the same in both
    part = replace(file, samples=file.samples[first:last])
    moved = replace(region, start_s=region.start_s - cut_s, end_s=region.end_s - cut_s)
    inpainter, prior = Inpainter(bundle, engine=codec), KeepCodes()
    whole = inpainter.inpaint(file, region, prior=prior, phase=phase, seed=3)
    alone = inpainter.inpaint(part, moved, prior=prior, phase=phase, seed=3)
    assert alone.level.gain_db == pytest.approx(whole.level.gain_db, abs=1e-3)
    assert alone.mask.sum() == whole.mask.sum()
    np.testing.assert_array_equal(alone.mask[:160], whole.mask[80:240])
    expected = whole.audio_file.samples[first:last].astype(int)
    received = alone.audio_file.samples.astype(int)
    # Resampled parts differ from the whole by float rounding: one 16-bit step.
    assert np.abs(received - expected).max() <= 1
    assert np.any(expected != part.samples)


@pytest.mark.parametrize("time", [(0.0, 0.4), (9.7, 10.1)])
def test_the_ends_of_a_sound_can_be_edited(bundle, codec, time):
    file = tone_in_noise(8000, 10.1)
    edit = Inpainter(bundle, engine=codec).inpaint(
        file, Region(*time, 0.0, 4000.0), prior=NaiveBayesPrior(16)
    )
    changed = np.flatnonzero((edit.audio_file.samples != file.samples)[:, 0]) / 8000
    assert changed[0] >= time[0] - 0.025 and changed[-1] <= time[1] + 0.025
    assert len(changed) > 0.3 * 8000


def test_an_effect_on_vectors_far_away_does_not_matter(bundle, codec):
    file, region = (
        tone_in_noise(8000, 10.1, channels=2),
        Region(5.0, 5.5, 300.0, 2000.0),
    )
    inpainter = Inpainter(bundle, engine=codec)
    call = EffectCall("gaussian_noise", {"strength": 0.3})
    edit = transform_sound(inpainter, file, region, call)
    np.testing.assert_array_equal(edit.codemap_after, edit.codemap_before)
    assert edit.mask.any() and np.any(edit.audio_file.samples != file.samples)


def test_transform_that_changes_nothing(bundle, codec):
    file = tone_in_noise(8000, 3.0)
    edit = Inpainter(bundle, engine=codec).transform(
        file, Region(1.0, 2.0, 0.0, 4000.0), lambda codemap, cells: codemap
    )
    assert edit.box is None
    np.testing.assert_array_equal(edit.audio_file.samples, file.samples)


def test_excerpt_begins_just_before_a_cell_at_a_sample(bundle):
    """80 samples of 8000 Hz are 441 of 44100 Hz; a cell is 256."""
    file = tone_in_noise(44100, 10.0)
    excerpt = excerpt_around(range(150, 161), bundle, file)
    first = excerpt.first_cell * 256 - excerpt.lead
    assert first % 80 == 0 and 0 < excerpt.lead < 80
    assert excerpt.first_sample == first * 441 / 80
    assert 100 < excerpt.first_cell < 150
    assert 160 * 1411.2 < excerpt.last_sample < 210 * 1411.2
    # It holds all that the level is compared with.
    assert (150 - excerpt.first_cell) * CELL_S > RING_S
    assert excerpt.last_sample / 44100 - 161 * CELL_S > RING_S
    at_the_end = excerpt_around(range(310, 311), bundle, file)
    assert at_the_end.last_sample == 441_000


class Near:
    """A prior that repeats what stands just before the hole, and says so."""

    def __init__(self, reach):
        self.reach = reach

    def fill(self, codemap, mask, *, seed):
        filled = codemap.copy()
        first = np.flatnonzero(mask.any(axis=1))[0]
        filled[mask] = np.broadcast_to(codemap[first - 2], mask.shape)[mask]
        return filled


@pytest.mark.parametrize("rate", [8000, 44100])
def test_codes_that_nobody_looks_at_are_not_made(bundle, codec, rate):
    """The same samples as with all codes, from a tenth of them."""
    file, region = tone_in_noise(rate, 20.1, channels=2), Region(5.0, 5.3, 0.0, 4000.0)
    inpainter = Inpainter(bundle, engine=codec)
    near = inpainter.inpaint(file, region, prior=Near(2))
    far = inpainter.inpaint(file, region, prior=Near(None))
    np.testing.assert_array_equal(near.audio_file.samples, far.audio_file.samples)
    assert len(far.known) == len(far.mask) and len(near.known) < 0.25 * len(near.mask)
    inside = slice(near.known.start, near.known.stop)
    for name in ("codemap_before", "codemap_after"):
        some, every = getattr(near, name), getattr(far, name)
        assert some.shape == every.shape
        np.testing.assert_array_equal(some[inside], every[inside])
        assert not np.delete(some, np.arange(*inside.indices(len(some))), 0).any()


@pytest.mark.parametrize("rows", [[0], [5, 6, 20, 21, 29], list(range(3, 90))])
@pytest.mark.parametrize("longest", [1, 7, 100])
def test_passages_hold_every_row_once(rows, longest):
    passages = passages_of(rows, longest=longest, gap=8)
    assert all(1 <= len(passage) <= longest for passage in passages)
    inside = [row for passage in passages for row in passage]
    assert inside == sorted(set(inside)) and set(rows) <= set(inside)
    if longest == 100:
        for passage, after in itertools.pairwise(passages):
            assert after.start - passage.stop >= 8


@pytest.mark.parametrize("region", [(0.0, 10.1, 0.0, 4000.0), (2.0, 9.0, 300, 2000)])
@pytest.mark.parametrize("phase", ["continued", "griffin_lim", "original"])
def test_a_long_region_by_passages(monkeypatch, bundle, codec, region, phase):
    """The codes and the level of the whole; the sound as good, and no clicks."""
    file, region = tone_in_noise(8000, 10.1), Region(*region)
    inpainter = Inpainter(bundle, engine=codec)
    prior = NaiveBayesPrior(16, marginal=np.arange(1, 17))
    whole = inpainter.inpaint(file, region, prior=prior, phase=phase, seed=3)
    monkeypatch.setattr(sound_edit, "PASSAGE_S", 1.0)
    part = inpainter.inpaint(file, region, prior=prior, phase=phase, seed=3)
    np.testing.assert_array_equal(part.codemap_after, whole.codemap_after)
    assert part.level.gain_db == pytest.approx(whole.level.gain_db, abs=0.5)
    first, last = (int(8000 * at) for at in (region.start_s, region.end_s))
    received, expected, original = (
        edit.samples[:, 0].astype(float)
        for edit in (part.audio_file, whole.audio_file, file)
    )
    outside = np.r_[
        0 : max(0, first - 600), min(last + 600, len(original)) : len(original)
    ]
    np.testing.assert_array_equal(received[outside], original[outside])
    # As loud as the whole, second by second, and no jump that the input has not.
    for start in range(first, last - 8000, 8000):
        second = slice(start, start + 8000)
        ratio = np.std(received[second]) / np.std(expected[second])
        assert 0.6 < ratio < 1.7, start  # each passage keeps clicks out for itself
    assert np.abs(np.diff(received)).max() <= np.abs(np.diff(original)).max()
    assert np.any(received != original)
