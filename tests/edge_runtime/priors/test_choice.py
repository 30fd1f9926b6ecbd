"""One choice of a prior: what it makes, and what it refuses."""

import numpy as np
import pytest

from edge_runtime.errors import BundleError, UsageError
from edge_runtime.priors.choice import (
    PRIORS,
    PriorChoice,
    default_prior,
    every_prior,
    make_prior,
    priors_of,
)
from edge_runtime.priors.draw_settings import DrawSettings
from edge_runtime.priors.example import ExamplePrior
from edge_runtime.priors.hints import HintedPrior
from edge_runtime.priors.learned import LearnedPrior
from edge_runtime.priors.marginal import MarginalPrior
from edge_runtime.priors.naive_bayes import NaiveBayesPrior


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


def test_a_model_with_a_prior_repairs_with_it(prior_bundle, prior_codec, level_bundle):
    assert priors_of(prior_bundle) == tuple(PRIORS)
    assert default_prior(prior_bundle) == "learned"
    assert default_prior(level_bundle) == "naive_bayes"
    prior = make_prior(prior_bundle, prior_codec)
    assert isinstance(prior, LearnedPrior) and prior.draws is None
    assert prior.network.codebook is prior_bundle.codebook
    by_name = make_prior(prior_bundle, prior_codec, PriorChoice("naive_bayes"))
    assert isinstance(by_name, NaiveBayesPrior)


def test_a_variation_draws_and_keeps(prior_bundle, prior_codec):
    free = make_prior(prior_bundle, prior_codec, PriorChoice(variation=1.0))
    assert free.draws == DrawSettings() and free.draws.temperature == 1.0
    close = make_prior(
        prior_bundle, prior_codec, PriorChoice(variation=0.2, passes=3, hint=5)
    )
    assert isinstance(close, HintedPrior) and (close.every, close.share) == (5, 0.0)
    assert isinstance(close.prior, HintedPrior) and close.prior.share == 0.4
    draws = close.prior.prior.draws
    assert draws.temperature == pytest.approx(0.76) and draws.passes == 3


def test_an_example_is_a_passage_in_seconds(prior_bundle, prior_codec):
    """A cell takes 0.032 s."""
    prior = make_prior(
        prior_bundle, prior_codec, PriorChoice(variation=0.5, like=(0.1, 0.2))
    )
    assert isinstance(prior, HintedPrior) and isinstance(prior.prior, ExamplePrior)
    assert prior.prior.frames == range(3, 7)


def test_any_prior_takes_hints(level_bundle):
    prior = make_prior(level_bundle, None, PriorChoice("marginal", hint=2))
    codemap, mask = np.zeros((4, 8), np.int32), np.ones((4, 8), bool)
    assert prior.fill(codemap, mask, seed=0)[:, 0].tolist() == [15, 0, 15, 0]


def test_every_prior_takes_what_it_understands(level_bundle, prior_bundle, prior_codec):
    asked = PriorChoice(predict="sample", order="independent", variation=1.0, passes=2)
    assert every_prior(level_bundle, None, asked).keys() == PRIORS.keys() - {"learned"}
    priors = every_prior(prior_bundle, prior_codec, asked)
    assert priors.keys() == PRIORS.keys()
    assert priors["naive_bayes"].order == "independent"
    assert isinstance(priors["marginal"], MarginalPrior)
    assert priors["learned"].draws.passes == 2
    codemap, mask = np.zeros((4, 8), np.int32), np.zeros((4, 8), bool)
    mask[1:3] = True
    for name, prior in priors.items():
        assert name == "learned" or prior.predict == "sample"
        assert prior.fill(codemap, mask, seed=0).shape == codemap.shape


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"name": "oracle"}, "Unknown prior 'oracle'. Expected one of learned"),
        ({"temperature": 2.0}, "does nothing with predict argmax"),
        ({"name": "marginal", "radius": 3}, "Prior marginal has no radius"),
        ({"name": "marginal", "neighbourhood": "time"}, "has no neighbourhood"),
        ({"name": "learned", "predict": "sample"}, "choose prior naive_bayes or margi"),
        ({"name": "naive_bayes", "variation": 0.5}, "no variation. .* prior learned"),
        ({"passes": 3}, "passes do nothing without a variation"),
        ({"variation": 0.5, "passes": 0}, "passes must be 1 or more"),
        ({"variation": 1.5}, r"variation must lie in \[0, 1\]. Received: 1.5"),
        ({"name": "naive_bayes", "like": (0, 1)}, "Prior naive_bayes has no like"),
        ({"like": (2.0, 1.0)}, "like must be two increasing times"),
        ({"hint": 1}, "hint must be 2 or more"),
    ],
)
def test_what_does_nothing_is_refused(wrong, message):
    with pytest.raises(UsageError, match=message):
        PriorChoice(**wrong)


def test_what_does_nothing_with_the_prior_of_the_model_is_refused(
    prior_bundle, prior_codec, level_bundle
):
    with pytest.raises(UsageError, match="Prior learned has no order"):
        make_prior(prior_bundle, prior_codec, PriorChoice(order="independent"))
    with pytest.raises(UsageError, match="Prior naive_bayes has no variation"):
        make_prior(level_bundle, None, PriorChoice(variation=0.5))
    with pytest.raises(BundleError, match="has no prior of its own"):
        make_prior(level_bundle, prior_codec, PriorChoice("learned"))
    with pytest.raises(UsageError, match="needs a whole model and what runs it"):
        make_prior(prior_bundle, None)
