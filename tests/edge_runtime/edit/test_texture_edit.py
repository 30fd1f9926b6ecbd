"""Texture of edits: a model with a spread gives its own noise, alike in any passage."""

from dataclasses import replace

import numpy as np
import pytest

from edge_runtime.audio.audio_file import AudioFile
from edge_runtime.bundle.shipped import load_model
from edge_runtime.edit import sound_edit
from edge_runtime.edit.decoded import Decoded, textured_magnitude
from edge_runtime.edit.inpainter import Inpainter
from edge_runtime.spectrogram.region import Region
from tests.edge_runtime.edit.known_edits import KeepCodes

RATE = 8000
HOLE = Region(1.0, 2.0, 0.0, 4000.0)


@pytest.fixture(scope="module")
def edited(unsure_bundle, unsure_codec):
    """Regenerate a hole; return the samples, float64 of shape `(samples,)`."""
    inpainter = Inpainter(unsure_bundle, engine=unsure_codec)

    def run(sound, region=HOLE, **options):
        options = {"prior": KeepCodes(), "phase": "original"} | options
        edit = inpainter.inpaint(sound, region, **options)
        return edit.audio_file.samples[:, 0].astype(np.float64)

    return run


def noise(seconds):
    rng = np.random.default_rng(3)
    samples = rng.normal(scale=0.1, size=(int(seconds * RATE), 1))
    return AudioFile(samples.astype(np.float32), RATE, "FLOAT")


def apart_db(samples, others):
    """How loud the difference of two sounds is against the second, at least -120 dB."""
    return 20.0 * np.log10(np.std(samples - others) / np.std(others) + 1e-6)


def test_texture_is_heard_as_much_as_is_asked_for(edited):
    sound, middle = noise(3.0), slice(int(1.1 * RATE), int(1.9 * RATE))
    smooth, half, full, default = (
        edited(sound, **options)[middle]
        for options in ({"texture": 0.0}, {"texture": 0.5}, {"texture": 1.0}, {})
    )
    np.testing.assert_array_equal(default, full)
    assert apart_db(full, smooth) > apart_db(half, smooth) + 3.0
    assert apart_db(half, smooth) > -20.0 and apart_db(full, smooth) < 0.0


def test_what_is_below_the_floor_goes_on_in_a_hole(edited):
    sound = noise(3.0)  # and now some 10 dB below the floor in each bin
    quiet = replace(sound, samples=sound.samples * np.float32(2e-3))
    middle = slice(int(1.1 * RATE), int(1.9 * RATE))
    before = quiet.samples[middle, 0]
    after = edited(quiet, phase="continued")[middle]
    assert abs(20.0 * np.log10(after.std() / before.std())) < 1.5
    # Without texture only what is below 20 Hz is left.
    assert edited(quiet, texture=0.0)[middle].std() < 0.2 * before.std()


def test_without_texture_it_is_the_model_without_a_spread(
    edited, level_bundle, level_codec
):
    sound = noise(3.0)
    plain = Inpainter(level_bundle, engine=level_codec)
    smooth = edited(sound, texture=0.0)
    for texture in (0.0, 1.0):
        edit = plain.inpaint(
            sound, HOLE, prior=KeepCodes(), phase="original", texture=texture
        )
        np.testing.assert_array_equal(edit.audio_file.samples[:, 0], smooth)


def test_each_seed_has_a_texture_of_its_own(edited):
    sound, middle = noise(3.0), slice(int(1.1 * RATE), int(1.9 * RATE))
    first, again, other = (edited(sound, seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert apart_db(first[middle], other[middle]) > -10.0


def test_texture_is_that_of_the_place_in_the_sound(edited, monkeypatch):
    """By passages as in one piece, but for the seams between two of them."""
    sound = noise(6.0)
    everything = Region(0.0, 6.0, 0.0, 4000.0)  # nothing around: no gain
    whole = edited(sound, everything)
    smooth = edited(sound, everything, texture=0.0)
    monkeypatch.setattr(sound_edit, "PASSAGE_S", 2.0)
    part = edited(sound, everything)
    assert np.any(part != whole)  # the seams
    for middle_s in (1.0, 3.0, 5.0):
        near = slice(int((middle_s - 0.5) * RATE), int((middle_s + 0.5) * RATE))
        assert apart_db(part[near], whole[near]) < -80.0
        assert apart_db(smooth[near], whole[near]) > -10.0


def textured(bins, texture=1.0):
    settings = load_model("general").settings
    rng = np.random.default_rng(0)
    values = rng.random((2, 9, settings.num_bins, 1), np.float32)
    return textured_magnitude(
        Decoded(values[0], values[1] * np.float32(0.1)),
        settings,
        texture=texture,
        seed=5,
        first_frame=3,
        background=np.ones((9, 1025), np.float32),
        bins=bins,
    )


@pytest.mark.parametrize("bins", [range(0, 40), range(70, 611), range(900, 1025)])
def test_the_texture_of_some_bins_is_that_of_all(bins):
    part = slice(bins.start, bins.stop)
    np.testing.assert_array_equal(textured(bins)[:, part], textured(None)[:, part])


def test_where_no_bins_are_wanted_there_is_no_texture():
    smooth = textured(None, texture=0.0)
    np.testing.assert_array_equal(textured(range(0)), smooth)
    assert np.any(textured(None) != smooth)
