"""Edits confined to painted cells: a mask instead of a box."""

import numpy as np
import pytest

from edge_runtime.audio.audio_file import AudioFile
from edge_runtime.edit.inpainter import Inpainter
from edge_runtime.edit.transform import transform_sound
from edge_runtime.effects.table import EffectCall
from edge_runtime.priors.naive_bayes import NaiveBayesPrior
from edge_runtime.spectrogram.region import Region

PRIOR = NaiveBayesPrior(16)


@pytest.fixture
def inpainter(level_bundle, level_codec):
    return Inpainter(level_bundle, engine=level_codec)


@pytest.fixture
def sound():
    """A second of noise, 8 kHz: 32 x 8 cells."""
    samples = np.random.default_rng(3).normal(scale=3000, size=(8000, 1))
    return AudioFile(samples.astype(np.int16), 8000, "PCM_16")


def test_a_box_and_its_cells_are_the_same_edit(inpainter, sound):
    box = Region(0.4, 0.6, 1000.0, 2000.0)
    by_box = inpainter.inpaint(sound, box, prior=PRIOR, snap=True)
    by_cells = inpainter.inpaint(sound, by_box.mask, prior=PRIOR)
    np.testing.assert_array_equal(
        by_cells.audio_file.samples, by_box.audio_file.samples
    )
    assert by_cells.box == by_box.box


def test_painted_cells_and_no_others_are_regenerated(inpainter, sound):
    cells = np.zeros((32, 8), np.bool_)
    cells[4, 2] = cells[5, 3] = cells[20, 7] = True
    edit = inpainter.inpaint(sound, cells, prior=PRIOR)
    np.testing.assert_array_equal(edit.mask, cells)
    changed = np.flatnonzero((edit.audio_file.samples != sound.samples)[:, 0])
    first, last = (4 * 4 * 64 - 128), (20 * 4 + 3) * 64 + 128
    assert first - 1 <= changed[0] and changed[-1] <= last + 1
    between = changed[(changed > (5 * 4 + 3) * 64 + 128) & (changed < 80 * 64 - 128)]
    assert not len(between)


def test_effects_take_cells_too(inpainter, sound):
    cells = np.zeros((32, 8), np.bool_)
    cells[10:13, 1] = True
    edit = transform_sound(
        inpainter, sound, cells, EffectCall("noise", {"strength": 1.0})
    )
    np.testing.assert_array_equal(edit.mask, cells)


@pytest.mark.parametrize(
    "cells", [np.zeros((31, 8), np.bool_), np.zeros((32, 8), np.int32)]
)
def test_a_mask_that_does_not_fit_is_refused(inpainter, sound, cells):
    with pytest.raises(ValueError, match=r"boolean, of the codemap's shape \(32, 8\)"):
        inpainter.inpaint(sound, cells, prior=PRIOR)
