"""The choice of a prior on the command line."""

from __future__ import annotations

import argparse
from typing import Any

from edge_runtime.commands.numbers import positive_number
from edge_runtime.priors.choice import PREDICTIONS, PRIORS, WORDS, PriorChoice
from edge_runtime.priors.prior import check_temperature


def add_prior_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the prior and what it can be told."""
    group = parser.add_argument_group("prior: what predicts the hidden codes")
    add_draw_arguments(group, PriorChoice())
    group.add_argument(
        "--neighbourhood",
        choices=WORDS["neighbourhood"],
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
        choices=WORDS["order"],
        help="whether naive_bayes uses cells it has predicted "
        "(default: autoregressive)",
    )


def add_draw_arguments(group: Any, default: PriorChoice) -> None:
    """Add what every prior takes: its name, and whether and how it draws."""
    group.add_argument(
        "--prior",
        choices=PRIORS,
        default=default.name,
        help="; ".join(f"{name} {kind.help}" for name, kind in PRIORS.items())
        + " (default: %(default)s)",
    )
    group.add_argument(
        "--predict",
        choices=PREDICTIONS,
        default=default.predict,
        help="take the likeliest code or draw one (default: %(default)s)",
    )
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


def read_prior_choice(arguments: argparse.Namespace) -> PriorChoice:
    """The prior asked for.

    Raises:
        UsageError: If an option was given that does nothing.
    """
    return PriorChoice(
        arguments.prior,
        predict=arguments.predict,
        temperature=arguments.temperature,
        neighbourhood=arguments.neighbourhood,
        radius=arguments.radius,
        order=arguments.order,
    )
