"""One choice of a prior: what it makes, and what it refuses."""

import numpy as np
import pytest

from edge_runtime.errors import UsageError
from edge_runtime.priors.choice import PRIORS, PriorChoice, every_prior, make_prior
from edge_runtime.priors.marginal import MarginalPrior


def test_options_arrive(level_bundle):
    prior = make_prior(
        level_bundle,
        None,
        PriorChoice(predict="sample", temperature=2.0, radius=3, order="independent"),
    )
    assert (prior.predict, prior.temperature) == ("sample", 2.0)
    assert (prior.radius, prior.order) == (3, "independent")
    assert prior.marginal is level_bundle.marginal


def test_nothing_said_is_what_the_command_does(level_bundle):
    prior = make_prior(level_bundle, None)
    assert (prior.predict, prior.temperature) == ("argmax", 1.0)
    assert (prior.neighbourhood, prior.radius) == ("auto", 2)
    assert prior.order == "autoregressive"


def test_every_prior_takes_what_it_understands(level_bundle):
    asked = PriorChoice(predict="sample", order="independent")
    priors = every_prior(level_bundle, None, asked)
    assert priors.keys() == PRIORS.keys()
    assert priors["naive_bayes"].order == "independent"
    assert isinstance(priors["marginal"], MarginalPrior)
    codemap, mask = np.zeros((4, 8), np.int32), np.zeros((4, 8), bool)
    mask[1:3] = True
    for prior in priors.values():
        assert prior.predict == "sample"
        assert prior.fill(codemap, mask, seed=0).shape == codemap.shape


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"name": "oracle"}, "Unknown prior 'oracle'. Expected one of naive_bayes"),
        ({"temperature": 2.0}, "does nothing with predict argmax"),
        ({"name": "marginal", "radius": 3}, "Prior marginal has no radius"),
        ({"name": "marginal", "neighbourhood": "time"}, "has no neighbourhood"),
    ],
)
def test_what_does_nothing_is_refused(wrong, message):
    with pytest.raises(UsageError, match=message):
        PriorChoice(**wrong)
