"""Holes to learn from: of every kind, never nothing."""

import numpy as np

from vqkeras.priors.masks import drawn_masks


def test_there_are_gaps_bands_boxes_and_holes_filled_in_part():
    masks = drawn_masks(200, 40, 40, np.random.default_rng(0))
    hidden = masks.any(axis=(1, 2))
    assert hidden.all()
    frames, bins = masks.any(axis=2).sum(axis=1), masks.any(axis=1).sum(axis=1)
    assert (bins == 40).any() and (frames == 40).any()
    assert ((frames < 17) & (bins < 40)).any()
    boxes = frames * bins
    shares = masks.sum(axis=(1, 2)) / boxes
    assert (shares == 1.0).mean() > 0.2 and (shares < 0.5).mean() > 0.1


def test_the_smallest_maps_have_holes_too():
    for shape in ((1, 1), (1, 8), (3, 2), (2, 1)):
        masks = drawn_masks(50, *shape, np.random.default_rng(1))
        assert masks.shape == (50, *shape) and masks.any(axis=(1, 2)).all()


def test_the_seed_decides():
    draws = [drawn_masks(5, 20, 10, np.random.default_rng(s)) for s in (0, 0, 1)]
    np.testing.assert_array_equal(draws[0], draws[1])
    assert (draws[0] != draws[2]).any()
