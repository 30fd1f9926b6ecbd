"""Which prior predicts the hidden codes: one choice, and one table to make it from.

Command line, page, live sound, measurements and evaluation all choose here, so that
what one of them does unless told is what the others do and measure.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol

from numpy.typing import NDArray

from edge_runtime.engines.engine import Engine
from edge_runtime.errors import UsageError
from edge_runtime.priors.marginal import MarginalPrior
from edge_runtime.priors.naive_bayes import ORDERS, NaiveBayesPrior
from edge_runtime.priors.neighbourhood import AUTO, NEIGHBOURHOODS
from edge_runtime.priors.prior import Prior

PREDICTIONS = ("argmax", "sample")
# What may be chosen for an option that is a word; the first is taken unless told.
WORDS = {"neighbourhood": (AUTO, *NEIGHBOURHOODS), "order": ORDERS}
_OPTIONS = ("neighbourhood", "radius", "order")


@dataclass(frozen=True)
class PriorChoice:
    """A prior as somebody asks for it; `None` leaves an option to the prior.

    Attributes:
        name: Key of `PRIORS`. Defaults to `"naive_bayes"`.
        predict: `"argmax"`, the likeliest code; or `"sample"`, a draw. Defaults to
            `"argmax"`.
        temperature: Of the draws, in [0.01, 100]. Defaults to `None`: 1.
        neighbourhood: Where naive Bayes looks. Defaults to `None`: `"auto"`, what
            suits the mask.
        radius: How far naive Bayes looks, in cells. Defaults to `None`: 2.
        order: Whether naive Bayes uses cells it has predicted. Defaults to `None`:
            `"autoregressive"`, yes.

    Raises:
        UsageError: If there is no such prior, or an option would do nothing.

    Example:

    >>> PriorChoice("marginal", predict="sample", temperature=2.0).temperature
    2.0
    """

    name: str = "naive_bayes"
    predict: str = PREDICTIONS[0]
    temperature: float | None = None
    neighbourhood: str | None = None
    radius: int | None = None
    order: str | None = None

    def __post_init__(self) -> None:
        if self.name not in PRIORS:
            raise UsageError(
                f"Unknown prior {self.name!r}. Expected one of {', '.join(PRIORS)}."
            )
        if self.temperature is not None and self.predict != "sample":
            raise UsageError(
                f"A temperature does nothing with predict {self.predict}. "
                "Leave it out or choose predict sample."
            )
        for option in self.options:
            if option not in PRIORS[self.name].options:
                raise UsageError(
                    f"Prior {self.name} has no {option}. "
                    "Leave it out or choose prior naive_bayes."
                )

    @property
    def draws(self) -> dict[str, Any]:
        """Whether and how codes are drawn, as every prior takes it."""
        given = 1.0 if self.temperature is None else self.temperature
        return {"predict": self.predict, "temperature": given}

    @property
    def options(self) -> dict[str, Any]:
        """The options that were given."""
        values = {name: getattr(self, name) for name in _OPTIONS}
        return {name: value for name, value in values.items() if value is not None}


class Codes(Protocol):
    """What a prior without a network asks of a model; a `Bundle` has it."""

    @property
    def codebook_size(self) -> int:
        """Number of codewords."""
        ...

    @property
    def marginal(self) -> NDArray[Any]:
        """How often each code occurs, shape `(codebook_size,)`."""
        ...


@dataclass(frozen=True)
class PriorKind:
    """One row of the table.

    Attributes:
        make: From a model, what runs it and a choice to the prior. The model is a
            `Bundle`, or whatever else has what this prior asks for.
        help: What it looks at, for people.
        options: Names of the options it understands.
    """

    make: Callable[[Any, Engine | None, PriorChoice], Prior]
    help: str
    options: tuple[str, ...] = ()


def _naive_bayes(codes: Codes, engine: Engine | None, choice: PriorChoice) -> Prior:
    options = {"neighbourhood": AUTO, **choice.options, **choice.draws}
    return NaiveBayesPrior(codes.codebook_size, marginal=codes.marginal, **options)


def _marginal(codes: Codes, engine: Engine | None, choice: PriorChoice) -> Prior:
    return MarginalPrior(codes.marginal, **choice.draws)


# The first is taken unless told.
PRIORS = {
    "naive_bayes": PriorKind(_naive_bayes, "looks at neighbouring cells", _OPTIONS),
    "marginal": PriorKind(_marginal, "looks only at how often each code occurs"),
}


def make_prior(
    codes: Codes, engine: Engine | None, choice: PriorChoice | None = None
) -> Prior:
    """The prior of a choice.

    Args:
        codes: Model whose codes it predicts, usually a `Bundle`.
        engine: What runs the model; `None` for priors that need no network.
        choice: Which prior. Defaults to `PriorChoice()`, what `inpaint` does unless
            told.
    """
    choice = choice or PriorChoice()
    return PRIORS[choice.name].make(codes, engine, choice)


def every_prior(
    codes: Codes, engine: Engine | None, choice: PriorChoice
) -> dict[str, Prior]:
    """All priors by name, for a player who changes between them.

    Args:
        codes: Model whose codes they predict, usually a `Bundle`.
        engine: What runs the model.
        choice: How to draw, and options for those priors that have them.
    """
    nothing = dict.fromkeys(_OPTIONS)
    priors = {}
    for name, kind in PRIORS.items():
        fitting = {o: v for o, v in choice.options.items() if o in kind.options}
        of_this = replace(choice, name=name, **{**nothing, **fitting})
        priors[name] = make_prior(codes, engine, of_this)
    return priors
