"""How the parts of an edit are joined: each test fails if one joint is put wrong.

The parts are tested one by one elsewhere. Here a sound goes in and an edited one comes
out, and a test looks at what only the way between the parts can spoil.
"""

import numpy as np
import pytest

from edge_runtime.audio.audio_file import AudioFile
from edge_runtime.edit.inpainter import Inpainter
from edge_runtime.edit.level_fit import LevelFit
from edge_runtime.priors.marginal import MarginalPrior
from edge_runtime.spectrogram.region import Region
from tests.edge_runtime.edit.known_edits import KeepCodes

RATE = 8000
CELL = 4 * 64  # samples
NO_CONTEXT = {"encoder_frames": [0, 0], "decoder_cells": [0, 0]}
# Longer than what is edited in one piece.
LONG_S = 24.0
SILENCE = MarginalPrior(np.eye(16)[0])
HOLE = Region(0.4, 0.6, 0.0, 4000.0)


class TooQuiet:
    """The tiny model, whose decoder gives everything `db` quieter than it should."""

    def __init__(self, level_codec, db):
        self._level_codec = level_codec
        self._share = np.float32(db / 80.0)

    def encode(self, spectrogram):
        return self._level_codec.encode(spectrogram)

    def decode(self, codemap):
        decoded = self._level_codec.decode(codemap)
        return np.maximum(decoded - self._share, np.float32(0.0))


@pytest.fixture
def bundle(bundle_with):
    return bundle_with(context=NO_CONTEXT)


@pytest.fixture
def inpainter(bundle, level_codec):
    return Inpainter(bundle, engine=level_codec)


def silenced(codes, cells):
    """A change of all cells in a region to the code of silence."""
    return np.where(cells, np.zeros_like(codes), codes)


def noise(seconds, channels=1, scale=0.05, seed=2):
    rng = np.random.default_rng(seed)
    return rng.normal(scale=scale, size=(int(seconds * RATE), channels))


def with_more_digits_than_float32(subtype, seconds):
    """Two channels whose samples float32 cannot hold: noise, filled to the last bit."""
    audio = noise(seconds, channels=2)
    if subtype == "DOUBLE":
        samples = audio
    else:
        samples = np.rint(audio * 2.0**31).astype(np.int32)
    assert np.mean(samples.astype(np.float32).astype(samples.dtype) != samples) > 0.5
    return AudioFile(samples, RATE, subtype)


@pytest.mark.parametrize("seconds", [1.0, LONG_S])
@pytest.mark.parametrize("subtype", ["PCM_32", "DOUBLE"])
def test_samples_outside_keep_digits_that_float32_has_not(inpainter, subtype, seconds):
    sound = with_more_digits_than_float32(subtype, seconds)
    region = Region(0.4, 0.6, 300.0, 2500.0)
    result = inpainter.inpaint(sound, region, prior=SILENCE).audio_file
    assert (result.subtype, result.samples.dtype) == (subtype, sound.samples.dtype)
    different = np.flatnonzero((result.samples != sound.samples).any(axis=1))
    first, last = (0.4 - 0.025) * RATE, (0.6 + 0.025) * RATE
    assert first <= different[0] and different[-1] <= last
    assert len(different) > 0.15 * RATE


def test_a_channel_in_which_nothing_changes_keeps_its_digits(inpainter):
    """To float32 its samples are silence, so that nothing is made of them."""
    audio = noise(1.0, channels=2)
    audio[:, 1] *= 1e-50
    sound = AudioFile(audio, RATE, "DOUBLE")
    result = inpainter.inpaint(sound, HOLE, prior=SILENCE).audio_file.samples
    np.testing.assert_array_equal(result[:, 1], audio[:, 1])
    assert np.mean(result[:, 0] != audio[:, 0]) > 0.15


class GiveBack:
    """Decodes what it has encoded, whatever the codes say."""

    def __init__(self, level_codec):
        self._level_codec = level_codec

    def encode(self, spectrogram):
        self._seen = spectrogram
        return self._level_codec.encode(spectrogram)

    def decode(self, codemap):
        return self._seen


def test_a_float_file_beyond_full_scale_is_edited_beyond_it(bundle, level_codec):
    """Its peaks are regenerated as high as they were, not cut off at 1."""
    time = np.arange(RATE) / RATE
    tones = sum(
        0.5 * np.sin(2 * np.pi * hertz * time) for hertz in (250, 500, 750, 1e3)
    )
    tones[800:802] = -1.5, 1.5  # further apart than any two that are regenerated
    sound = AudioFile(tones[:, np.newaxis].astype(np.float32), RATE, "FLOAT")
    edit = Inpainter(bundle, engine=GiveBack(level_codec)).inpaint(
        sound, HOLE, prior=KeepCodes(), phase="original"
    )
    inside = slice(int(0.42 * RATE), int(0.58 * RATE))
    before, after = sound.samples[inside], edit.audio_file.samples[inside]
    assert np.abs(before).max() > 1.5
    assert np.mean(before != after) > 0.5
    assert np.abs(after).max() == pytest.approx(np.abs(before).max(), rel=0.02)


def share_removed(inpainter, rate, snap, region=HOLE, effect=silenced):
    """How much of a steady tone a silent hole takes away, sample by sample."""
    angle = 2 * np.pi * 1000.0 * np.arange(rate) / rate
    share = np.zeros(rate)
    for tone in (np.cos(angle), np.sin(angle)):  # their squares add up to 1
        sound = AudioFile(0.5 * tone[:, np.newaxis].astype(np.float32), rate, "FLOAT")
        edit = inpainter.transform(sound, region, effect, snap=snap)
        change = sound.samples[:, 0] - edit.audio_file.samples[:, 0]
        share += 2.0 * tone * change
    return share


@pytest.mark.parametrize("snap", [False, True])
@pytest.mark.parametrize("rate", [8000, 44100])
def test_the_old_sound_fades_out_and_in_again(inpainter, rate, snap):
    """Overlap-add alone turns it off within 1.3 hops; the fades make it 1.8 or 2.3."""
    share = share_removed(inpainter, rate, snap)
    hop = 64 / 8000 * rate
    for one_way in (share, share[::-1]):
        slight, strong = (np.flatnonzero(one_way > part)[0] for part in (0.1, 0.9))
        assert strong - slight > 1.6 * hop
    assert share.max() == pytest.approx(1.0, abs=0.01)


def test_half_is_left_at_a_border_of_the_box_that_is_one_of_cells(inpainter):
    """The other half of the fade lies in cells that nobody asked for."""
    edges = [(cell * 4 - 0.5) * 64 / 8000 for cell in (13, 19)]
    share = share_removed(inpainter, RATE, False, Region(*edges, 0.0, 4000.0))
    for edge in edges:
        assert share[round(edge * RATE)] == pytest.approx(0.5, abs=0.1)
    inside = slice(round((edges[0] + 0.012) * RATE), round((edges[1] - 0.012) * RATE))
    assert share[inside].min() > 0.9


def test_a_cell_of_the_box_that_an_effect_leaves_is_no_place_to_fade(inpainter):
    def all_but_one(codes, cells):
        after = silenced(codes, cells)
        after[16] = codes[16]
        return after

    share = share_removed(inpainter, RATE, False, effect=all_but_one)
    middle = round((16 * 4 + 1.5) * 64)
    assert share[middle] < 0.1
    assert share[middle - 8 * 64] > 0.9 and share[middle + 6 * 64] > 0.9


def test_an_edit_begins_and_ends_at_zero(inpainter):
    """A resampler rings beyond the last frame; the ringing must not be cut off."""
    time = np.arange(44100) / 44100
    tone = 0.5 * np.sin(2 * np.pi * 3700.0 * time)  # near the model's upper end
    sound = AudioFile(tone[:, np.newaxis].astype(np.float32), 44100, "FLOAT")
    edit = inpainter.transform(sound, HOLE, silenced)
    change = edit.audio_file.samples[:, 0] - sound.samples[:, 0]
    changed = np.flatnonzero(change)
    ends = np.r_[changed[0] : changed[0] + 4, changed[-1] - 3 : changed[-1] + 1]
    assert np.abs(change[ends]).max() < 2.0**-18
    assert np.abs(change).max() > 0.4


def level_db(sound, start_s, stop_s):
    part = sound.samples[int(start_s * RATE) : int(stop_s * RATE), 0]
    return 10.0 * np.log10(np.mean(np.square(part, dtype=np.float64)))


def test_silence_beside_a_hole_says_nothing_about_the_level(bundle, level_codec):
    """Three quarters of the frames around are silent; the others decide.

    The hole is all below 2 kHz, from within the sound to long after its end.
    """
    audio = noise(1.6)
    audio[int(0.5 * RATE) :] *= 1e-5
    sound = AudioFile(audio.astype(np.float32), RATE, "FLOAT")
    engine = TooQuiet(level_codec, 8.0)
    edit = Inpainter(bundle, engine=engine).inpaint(
        sound, Region(0.3, 1.5, 0.0, 2000.0), prior=KeepCodes()
    )
    # 8 dB, and what the mean of decibels lies below that of power for noise.
    assert 8.0 <= edit.level.gain_db <= 12.0


def test_what_hardly_sounds_says_nothing_about_the_level(bundle, level_codec):
    """However many bins there are below -70 dB: together they would be loud."""
    sound = AudioFile((2e-3 * noise(1.6)).astype(np.float32), RATE, "FLOAT")
    edit = Inpainter(bundle, engine=TooQuiet(level_codec, 8.0)).inpaint(
        sound, HOLE, prior=KeepCodes()
    )
    assert edit.level == LevelFit(0.0, "silence")


def test_a_long_edit_is_fitted_to_the_cells_before_and_after(bundle, level_codec):
    """Holes over all frequencies have no other neighbours."""
    sound = AudioFile(noise(LONG_S).astype(np.float32), RATE, "FLOAT")
    engine = TooQuiet(level_codec, 6.0)
    inpainter = Inpainter(bundle, engine=engine)
    holes = np.zeros(inpainter.codemap_of(sound).shape, np.bool_)
    spans = [(3.0, 4.0), (16.0, 17.0)]
    for start, stop in spans:
        holes[int(start * RATE / CELL) : int(stop * RATE / CELL)] = True
    edit = inpainter.inpaint(sound, holes, prior=KeepCodes())
    assert 6.0 <= edit.level.gain_db <= 12.0
    for start, stop in spans:
        inside = level_db(edit.audio_file, start + 0.1, stop - 0.1)
        assert inside == pytest.approx(level_db(sound, 5.0, 15.0), abs=2.0)


def test_every_passage_of_a_long_edit_says_how_loud_it_should_be(bundle, level_codec):
    """Around the first hole is silence; the second decides."""
    audio = noise(LONG_S)
    audio[: 8 * RATE] = 0.0
    sound = AudioFile(audio.astype(np.float32), RATE, "FLOAT")
    inpainter = Inpainter(bundle, engine=TooQuiet(level_codec, 6.0))
    holes = np.zeros(inpainter.codemap_of(sound).shape, np.bool_)
    for start, stop in [(3.0, 4.0), (16.0, 17.0)]:
        holes[int(start * RATE / CELL) : int(stop * RATE / CELL)] = True
    edit = inpainter.inpaint(sound, holes, prior=KeepCodes())
    assert edit.level.reason == "fitted"
    assert 6.0 <= edit.level.gain_db <= 12.0
