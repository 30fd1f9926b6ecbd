"""The choice of a prior on the command line."""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import Any

from edge_runtime.commands.numbers import positive_number, share_number
from edge_runtime.priors.choice import PREDICTIONS, PRIORS, WORDS, PriorChoice
from edge_runtime.priors.draw_settings import DrawSettings
from edge_runtime.priors.prior import check_temperature
from edge_runtime.spectrogram.region import parse_passage


def add_prior_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the prior and what it can be told."""
    group = parser.add_argument_group("prior: what predicts the hidden codes")
    add_draw_arguments(group, predict=PREDICTIONS[0])
    group.add_argument(
        "--variation",
        type=share_number,
        metavar="SHARE",
        help="of a learned prior: 0 puts the best guess there, which repairs; more "
        "draws takes that differ with the seed, 1 without a look at what was there; in "
        "between a part of it stays as a hint (default: 0)",
    )
    group.add_argument(
        "--passes",
        type=positive_number,
        metavar="N",
        help="in how many passes a learned prior draws; fewer are faster "
        f"(default: {DrawSettings.passes}, fewer for less than 16 cells)",
    )
    group.add_argument(
        "--top-p",
        type=share_number,
        metavar="SHARE",
        help="only the likeliest codes that together reach this share are drawn by a "
        "learned prior, above 0 (default: 1, all)",
    )
    group.add_argument(
        "--like",
        metavar="START:END",
        help="a passage of the sound in s that a learned prior hears on both sides of "
        "the region, in place of what lies further away (default: none)",
    )
    group.add_argument(
        "--like-sound",
        type=Path,
        metavar="FILE",
        help="another sound, of which a learned prior hears that passage, or all "
        "(default: the passage is of the sound itself)",
    )
    group.add_argument(
        "--hint",
        type=positive_number,
        metavar="N",
        help="every N-th column of the region's cells keeps its codes: a hint to stay "
        "in time (default: none)",
    )
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


def add_draw_arguments(
    group: Any,
    *,
    predict: str,
    prior: str = "learned if the model has it, else naive_bayes",
    temperature: str = "1",
) -> None:
    """Add the name of a prior, and whether and how those without a network draw.

    Args:
        group: Where they are added.
        predict: What is predicted unless told.
        prior: Which prior is taken unless told. Defaults to that of an edit.
        temperature: That of the draws unless told. Defaults to `"1"`.
    """
    group.add_argument(
        "--prior",
        choices=PRIORS,
        help="; ".join(f"{name} {kind.help}" for name, kind in PRIORS.items())
        + f" (default: {prior})",
    )
    group.add_argument(
        "--predict",
        choices=PREDICTIONS,
        help="naive_bayes and marginal: take the likeliest code or draw one "
        f"(default: {predict})",
    )
    group.add_argument(
        "--temperature",
        type=temperature_number,
        metavar="T",
        help="of these draws, 0.01 to 100: 1 draws with the prior's probabilities, "
        f"less prefers likely codes, more evens them out (default: {temperature})",
    )


def temperature_number(text: str) -> float:
    """A temperature that a prior accepts."""
    try:
        value = float(text)
        check_temperature(value)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return value


def read_prior_choice(
    arguments: argparse.Namespace, duration: float = math.inf
) -> PriorChoice:
    """The prior asked for.

    Args:
        arguments: Parsed arguments.
        duration: Length of the sound that is heard, in s. Defaults to infinity.

    Raises:
        UsageError: If an option was given that does nothing, or a passage that is not
            in the sound.
    """
    like = arguments.like
    return PriorChoice(
        arguments.prior,
        predict=arguments.predict,
        temperature=arguments.temperature,
        neighbourhood=arguments.neighbourhood,
        radius=arguments.radius,
        order=arguments.order,
        variation=arguments.variation,
        passes=arguments.passes,
        top_p=arguments.top_p,
        like=None if like is None else parse_passage("--like", like, duration),
        hint=arguments.hint,
    )
