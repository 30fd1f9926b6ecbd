"""The choice of a prior on the command line."""

from __future__ import annotations

import argparse
from typing import Any

from numpy.typing import NDArray

from edge_runtime.bundle.bundle import Bundle
from edge_runtime.errors import UsageError
from edge_runtime.priors.hierarchical_prior import prior_of
from edge_runtime.priors.marginal import MarginalPrior
from edge_runtime.priors.naive_bayes import ORDERS, NaiveBayesPrior
from edge_runtime.priors.neighbourhood import AUTO, NEIGHBOURHOODS
from edge_runtime.priors.prior import Prior, check_temperature

PRIORS = ("naive_bayes", "marginal")
PREDICTIONS = ("argmax", "sample")
# The first of each is what the command, the page and its server do unless told.
CHOICES = {"neighbourhood": (AUTO, *NEIGHBOURHOODS), "order": ORDERS}


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
        choices=PREDICTIONS,
        default="argmax",
        help="take the likeliest code or draw one (default: %(default)s)",
    )
    add_temperature_argument(group)
    group.add_argument(
        "--neighbourhood",
        choices=CHOICES["neighbourhood"],
        help="where naive_bayes looks (default: auto, which is time for a gap over all "
        "frequencies, filled much better that way, else both)",
    )
    group.add_argument(
        "--radius",
        type=positive_number,
        metavar="CELLS",
        help="how far naive_bayes looks (default: 2)",
    )
    group.add_argument(
        "--order",
        choices=CHOICES["order"],
        help="whether naive_bayes uses cells it has predicted "
        "(default: autoregressive)",
    )


def add_temperature_argument(group: Any) -> None:
    """Add the temperature of draws; `None` if it is not given."""
    group.add_argument(
        "--temperature",
        type=temperature_number,
        metavar="T",
        help="of the draws, 0.01 to 100: 1 draws with the prior's probabilities, less "
        "prefers likely codes, more evens them out (default: 1)",
    )


def temperature_number(text: str) -> float:
    """A temperature that a prior accepts."""
    try:
        value = float(text)
        check_temperature(value)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return value


def check_draws(predict: str, temperature: float | None) -> float:
    """The temperature to draw with.

    Args:
        predict: `"argmax"` or `"sample"`.
        temperature: What was asked for; `None` if nothing was.

    Raises:
        UsageError: If one was given and nothing is drawn.
    """
    if temperature is not None and predict != "sample":
        raise UsageError(
            f"--temperature does nothing with --predict {predict}. "
            "Leave it out or choose --predict sample."
        )
    return 1.0 if temperature is None else temperature


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
    temperature = check_draws(arguments.predict, arguments.temperature)
    if arguments.prior == "marginal" and options:
        raise UsageError(
            f"--{next(iter(options))} does nothing with --prior marginal. "
            "Leave it out or choose --prior naive_bayes."
        )

    def make(codebook_size: int, marginal: NDArray[Any]) -> Prior:
        draws = {"predict": arguments.predict, "temperature": temperature}
        if arguments.prior == "marginal":
            return MarginalPrior(marginal, **draws)
        return NaiveBayesPrior(
            codebook_size,
            marginal=marginal,
            **draws,
            **{"neighbourhood": CHOICES["neighbourhood"][0], **options},
        )

    return prior_of(bundle, make)
