"""How far priors look: an edit makes no codes beyond."""

import numpy as np

from edge_runtime.priors.choice import make_prior
from edge_runtime.priors.example import ExamplePrior
from edge_runtime.priors.hints import HintedPrior
from edge_runtime.priors.marginal import MarginalPrior
from edge_runtime.priors.naive_bayes import NaiveBayesPrior
from edge_runtime.priors.prior import reach_of


def test_how_far_priors_look(prior_bundle, prior_codec):
    learned = make_prior(prior_bundle, prior_codec)
    assert reach_of(learned) == prior_bundle.prior_reach
    assert reach_of(HintedPrior(learned, every=2)) == prior_bundle.prior_reach
    assert reach_of(HintedPrior(NaiveBayesPrior(16), every=2)) is None
    assert reach_of(ExamplePrior(learned, range(3))) is None
    assert reach_of(MarginalPrior(np.arange(4))) == 0
