"""A prior that draws at another temperature, while it is in use."""

from __future__ import annotations

from copy import copy
from dataclasses import replace

from edge_runtime.priors.learned import LearnedPrior
from edge_runtime.priors.marginal import MarginalPrior
from edge_runtime.priors.naive_bayes import NaiveBayesPrior
from edge_runtime.priors.prior import Prior, check_temperature


def at_temperature(prior: Prior, temperature: float) -> Prior:
    """The prior with another temperature of its draws; one without any as it is.

    What a prior has learned is shared, not copied, so that this costs nothing.

    Args:
        prior: What predicts the codes.
        temperature: In [0.01, 100].

    Raises:
        ValueError: If it is out of range.

    Example:

    >>> from numpy import ones
    >>> at_temperature(MarginalPrior(ones(4), predict="sample"), 2.0).temperature
    2.0
    """
    check_temperature(temperature)
    if isinstance(prior, NaiveBayesPrior | MarginalPrior):
        warmer = copy(prior)
        warmer.temperature = temperature
        return warmer
    if isinstance(prior, LearnedPrior) and prior.draws is not None:
        learned = copy(prior)
        learned.draws = replace(prior.draws, temperature=temperature)
        return learned
    return prior
