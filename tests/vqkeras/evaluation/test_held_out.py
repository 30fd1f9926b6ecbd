"""Holes in sounds that no training heard."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from edge_runtime.bundle.bundle import Bundle
from edge_runtime.errors import UserError
from edge_runtime.spectrogram.region_masks import cell_mask
from vqkeras.datasets import DataConfig
from vqkeras.evaluation.held_out import HOLES, held_out_clips, held_out_holes


def test_clips_are_of_the_test_and_of_one_origin_each(
    level_models, unheard, monkeypatch
):
    sounds = [clip.parts[0].sound for clips in unheard.values() for clip in clips]
    short = [replace(sound, seconds=2.5, source="one collection") for sound in sounds]
    parts = {"train": [replace(short[0], kind="heard")], "test": short * 2}
    given = []
    monkeypatch.setattr(
        "vqkeras.evaluation.held_out.sounds_by_split",
        lambda config, settings: given.append(config) or parts,
    )
    config = DataConfig("general", notes_dirs=["/not/here"])
    found = held_out_clips(config, level_models.bundle)
    assert given[0].notes_dirs == []
    assert sorted(found) == ["drums", "speech"]
    for clips in found.values():
        for clip in clips:
            assert len({part.sound.origin for part in clip.parts}) == 1
            assert len(clip.parts) > 1


def test_holes_are_drawn_from_all_kinds_and_origins(level_models, unheard):
    bundle = level_models.bundle
    holes = list(held_out_holes(unheard, bundle, count=12, seed=0))
    assert Counter((hole.kind, hole.hole) for hole in holes) == {
        (kind, hole): 3 for kind in unheard for hole in HOLES
    }
    assert len({hole.origin for hole in holes}) == 6
    for hole in holes:
        assert hole.audio.shape == (10400,)
        again = cell_mask(hole.region, bundle.settings, *hole.mask.shape, 8, 4)
        assert (again == hole.mask).all()
        assert 0.15 < hole.region.end_s - hole.region.start_s < 0.75
        assert 0.75 < hole.region.start_s < hole.region.end_s < 1.85
        assert hole.mask.any(axis=0).all() == (hole.hole == "gap")


def test_a_seed_decides_which_hole_comes_when(level_models, unheard):
    def masks(seed, count):
        holes = held_out_holes(unheard, level_models.bundle, count=count, seed=seed)
        return [hole.mask.tobytes() for hole in holes]

    assert masks(0, 4) == masks(0, 12)[:4]
    assert masks(0, 4) != masks(1, 4)


def test_nothing_is_regenerated_where_nothing_sounds(level_models, unheard):
    clip = unheard["drums"][0]
    sound = clip.parts[0].sound
    silent = replace(sound, read=lambda: (np.zeros(16000, np.float32), 4000))
    clips = {"drums": [replace(clip, parts=(replace(clip.parts[0], sound=silent),))]}
    assert not list(held_out_holes(clips, level_models.bundle, count=2, seed=0))


def test_cells_that_are_too_long_are_refused(level_models, unheard):
    given = level_models.bundle
    bundle = Bundle(
        given.flatbuffer,
        given.metadata | {"time_stride": 512},
        given.arrays,
        given.golden,
        {},
    )
    with pytest.raises(UserError, match="Cells of 2.05 s are too long"):
        list(held_out_holes(unheard, bundle, count=1, seed=0))
