"""Priors: what predicts the hidden codes of a codemap."""

from edge_runtime.priors.cell_vectors import CellVectors
from edge_runtime.priors.choice import (
    PRIORS,
    PriorChoice,
    default_prior,
    every_prior,
    make_prior,
    priors_of,
)
from edge_runtime.priors.code_network import CodeNetwork
from edge_runtime.priors.draw_settings import DrawSettings
from edge_runtime.priors.example import ExamplePrior
from edge_runtime.priors.hints import HintedPrior
from edge_runtime.priors.learned import LearnedPrior
from edge_runtime.priors.marginal import MarginalPrior
from edge_runtime.priors.naive_bayes import NaiveBayesPrior
from edge_runtime.priors.prior import (
    Prediction,
    Prior,
    ProbabilisticPrior,
    VectorPrior,
    regenerated,
)
from edge_runtime.priors.variation import Variation, variation_of

__all__ = [
    "PRIORS",
    "CellVectors",
    "CodeNetwork",
    "DrawSettings",
    "ExamplePrior",
    "HintedPrior",
    "LearnedPrior",
    "MarginalPrior",
    "NaiveBayesPrior",
    "Prediction",
    "Prior",
    "PriorChoice",
    "ProbabilisticPrior",
    "Variation",
    "VectorPrior",
    "default_prior",
    "every_prior",
    "make_prior",
    "priors_of",
    "regenerated",
    "variation_of",
]
