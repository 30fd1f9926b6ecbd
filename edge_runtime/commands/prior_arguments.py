"""The choice of a prior on the command line."""

from __future__ import annotations

import argparse

from edge_runtime.bundle import Bundle
from edge_runtime.errors import UsageError
from edge_runtime.naive_bayes import ORDERS, NaiveBayesPrior
from edge_runtime.neighbourhood import NEIGHBOURHOODS
from edge_runtime.priors import MarginalPrior, Prior

PRIORS = ("naive_bayes", "marginal")
_PREDICTIONS = ("argmax", "sample")


def add_prior_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the prior and what it can be told."""
    group = parser.add_argument_group("prior: what predicts the hidden codes")
    group.add_argument(
        "--prior",
        choices=PRIORS,
        default="naive_bayes",
        help="naive_bayes looks at neighbouring cells, marginal only at how often "
        "each code occurs (default: %(default)s)",
    )
    group.add_argument(
        "--predict",
        choices=_PREDICTIONS,
        default="argmax",
        help="take the likeliest code or draw one (default: %(default)s)",
    )
    group.add_argument(
        "--neighbourhood",
        choices=NEIGHBOURHOODS,
        help="where naive_bayes looks (default: both with --freq, else time, which "
        "fills a gap over all frequencies much better)",
    )
    group.add_argument(
        "--radius",
        type=positive_number,
        metavar="CELLS",
        help="how far naive_bayes looks (default: 2)",
    )
    group.add_argument(
        "--order",
        choices=ORDERS,
        help="whether naive_bayes uses cells it has predicted "
        "(default: autoregressive)",
    )


def positive_number(text: str) -> int:
    """A whole number from 1 up."""
    value = int(text)
    if value < 1:
        raise ValueError(text)
    return value


def make_prior(arguments: argparse.Namespace, bundle: Bundle) -> Prior:
    """The prior asked for.

    Raises:
        UsageError: If an option was given that this prior does not have.
    """
    options = {
        name: getattr(arguments, name)
        for name in ("neighbourhood", "radius", "order")
        if getattr(arguments, name) is not None
    }
    if arguments.prior == "marginal":
        if options:
            raise UsageError(
                f"--{next(iter(options))} does nothing with --prior marginal. "
                "Leave it out or choose --prior naive_bayes."
            )
        return MarginalPrior(bundle.marginal, predict=arguments.predict)
    return NaiveBayesPrior(
        bundle.codebook_size,
        predict=arguments.predict,
        marginal=bundle.marginal,
        **options,
    )
