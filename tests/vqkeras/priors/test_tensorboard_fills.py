"""What TensorBoard shows of a prior: known cells stay, hidden ones are expectations."""

import numpy as np
import pytest
import tensorflow as tf

from vqkeras.model.code_prior import CodePrior
from vqkeras.priors.tensorboard_fills import repaired

pytestmark = pytest.mark.filterwarnings(
    "ignore:__array__ implementation:DeprecationWarning"
)


def test_only_hidden_cells_become_expected_codewords():
    rng = np.random.default_rng(0)
    prior = CodePrior(6, 3, units=4, dilations=[(1, 1)])
    prior.build([(None, None, 5, 3), (None, None, 5, 1)])
    prior.set_codebook(rng.standard_normal((6, 3)).astype(np.float32))
    codes = rng.integers(0, 6, (1, 8, 5)).astype(np.int32)
    hidden = np.zeros(codes.shape, np.bool_)
    hidden[:, 2:5, 1:3] = True
    vectors, codebook = repaired(prior, codes, hidden), np.asarray(prior.codebook)
    np.testing.assert_array_equal(vectors[~hidden], codebook[codes[~hidden]])
    chances = np.asarray(tf.nn.softmax(prior.logits_of(codes, hidden)))
    np.testing.assert_allclose(
        vectors[hidden], chances[hidden] @ codebook, rtol=1e-5, atol=1e-6
    )
