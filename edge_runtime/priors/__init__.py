"""Priors: what predicts the hidden codes of a codemap."""

from edge_runtime.priors.choice import PRIORS, PriorChoice, every_prior, make_prior
from edge_runtime.priors.marginal import MarginalPrior
from edge_runtime.priors.naive_bayes import NaiveBayesPrior
from edge_runtime.priors.prior import Prior, ProbabilisticPrior

__all__ = [
    "PRIORS",
    "MarginalPrior",
    "NaiveBayesPrior",
    "Prior",
    "PriorChoice",
    "ProbabilisticPrior",
    "every_prior",
    "make_prior",
]
