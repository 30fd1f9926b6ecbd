"""Two faults of the paper's program that concern naive Bayes, put back and found."""

import numpy as np

from edge_runtime.priors.naive_bayes import NaiveBayesPrior

CODES = 10


def halves():
    """Code 0 in the first 8 frames, code 9 in the others, and one hole in each half."""
    codemap = np.zeros((16, 6), np.int32)
    codemap[8:] = 9
    mask = np.zeros(codemap.shape, bool)
    mask[2:4, 2:4] = mask[12:14, 2:4] = True
    return codemap, mask


def test_each_cell_is_predicted_at_its_own_place():
    """The paper's program asked for all cells at the coordinate of an earlier one."""
    codemap, mask = halves()
    for order in ("independent", "autoregressive"):
        prior = NaiveBayesPrior(CODES, order=order)
        np.testing.assert_array_equal(prior.fill(codemap, mask, seed=0), codemap)
    first, second = NaiveBayesPrior(CODES).fill(codemap, mask, seed=0)[[2, 12], 2]
    assert first != second


def test_codes_are_labels_and_never_averaged():
    """The paper's program rounded the mean of code *numbers*; 5 is like neither."""
    codemap = np.zeros((3, 3), np.int32)
    codemap[:, 2] = 9
    mask = np.zeros(codemap.shape, bool)
    mask[:, 1] = True
    for predict in ("argmax", "sample"):
        filled = NaiveBayesPrior(CODES, radius=1, predict=predict).fill(
            codemap, mask, seed=0
        )
        assert set(filled[:, 1]) <= {0, 9}
    historical = NaiveBayesPrior(
        CODES, radius=1, order="independent", predict="mean_code"
    ).fill(codemap, mask, seed=0)
    assert not set(historical[:, 1]) <= {0, 9}
