"""The comparison with the marginal, on codes whose answer is known."""

import numpy as np
from scipy.ndimage import distance_transform_cdt

from edge_runtime.priors.naive_bayes import NaiveBayesPrior
from vqkeras.evaluation.holes import make_holes
from vqkeras.reproduce.hole_scores import Task
from vqkeras.reproduce.prediction_gain import depth_of, gain_over_marginal


def test_depth_is_the_chessboard_distance():
    rng = np.random.default_rng(0)
    for _ in range(10):
        mask = rng.random((12, 9)) < 0.9
        mask[3, 3] = False
        # Beyond the edge of the map nothing is visible.
        expected = distance_transform_cdt(mask, metric="chessboard")
        assert np.array_equal(depth_of(mask), expected)


def test_stripes_are_known_to_naive_bayes_and_not_to_the_marginal(image_codec):
    codemaps = np.tile(np.arange(8, dtype=np.int32) % 4 + 1, (5, 8, 1))
    task = Task(
        image_codec,
        image_codec.decode(codemaps),
        codemaps,
        make_holes(5, (8, 8), kinds=["box"], seed=0),
    )
    marginal = np.array([0, 1, 5, 1, 1, 0, 0, 0])
    prior = NaiveBayesPrior(8, neighbourhood="time")
    gain = gain_over_marginal(task, prior, marginal)
    assert gain["both"] + gain["prior_only"] == 1.0
    assert gain["marginal_only"] == gain["neither"] == 0.0
    assert gain["difference"] == gain["prior_only"]
    low, high = gain["difference_95"]
    assert 0.0 < low <= gain["difference"] <= high <= 1.0
    assert sum(level["share"] for level in gain["by_depth"]) == 1.0
    assert all(level["prior"] == 1.0 for level in gain["by_depth"])
