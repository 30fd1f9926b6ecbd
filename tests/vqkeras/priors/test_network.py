"""A network in Keras, asked as the runtime asks an exported one."""

import keras
import numpy as np

from vqkeras.model.code_prior import CodePrior
from vqkeras.priors.network import learned_prior


def test_the_prior_fills_with_what_the_network_says():
    keras.utils.set_random_seed(0)
    network = CodePrior(5, 3, units=4, dilations=[(1, 1), (2, 1)])
    network.build([(None, None, 6, 3), (None, None, 6, 1)])
    rng = np.random.default_rng(0)
    network.set_codebook(rng.normal(size=(5, 3)).astype(np.float32))
    prior = learned_prior(network)
    assert prior.reach == network.reach == 4
    codemap = rng.integers(5, size=(30, 6)).astype(np.int32)
    mask = np.zeros(codemap.shape, np.bool_)
    mask[10:13, 2:5] = True
    logits = np.asarray(network.logits_of(codemap[None], mask[None]))[0][mask]
    found = prior.regenerate(codemap, mask, seed=0)
    np.testing.assert_array_equal(found.codemap[mask], logits.argmax(axis=1))
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    expected = odds / odds.sum(axis=1, keepdims=True) @ np.asarray(network.codebook)
    np.testing.assert_allclose(found.vectors[:][mask], expected, atol=1e-5)
