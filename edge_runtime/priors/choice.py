"""Which prior predicts the hidden codes: one choice, and one table to make it from.

Command line, page, live sound, measurements and evaluation all choose here, so that
what one of them does unless told is what the others do and measure.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from edge_runtime.bundle.bundle import Bundle
from edge_runtime.engines.engine import Engine
from edge_runtime.errors import UsageError
from edge_runtime.priors.example import ExamplePrior
from edge_runtime.priors.hints import HintedPrior
from edge_runtime.priors.learned import LearnedPrior
from edge_runtime.priors.marginal import MarginalPrior
from edge_runtime.priors.naive_bayes import ORDERS, NaiveBayesPrior
from edge_runtime.priors.neighbourhood import AUTO, NEIGHBOURHOODS
from edge_runtime.priors.prior import Prior
from edge_runtime.priors.variation import variation_of

PREDICTIONS = ("argmax", "sample")
# What may be chosen for an option that is a word; the first is taken unless told.
WORDS = {"neighbourhood": (AUTO, *NEIGHBOURHOODS), "order": ORDERS}
_DRAWS = ("predict", "temperature")
_NEIGHBOURS = ("neighbourhood", "radius", "order")
_LEARNED = ("variation", "passes", "top_p", "like")
_OPTIONS = (*_DRAWS, *_NEIGHBOURS, *_LEARNED)


@dataclass(frozen=True)
class PriorChoice:
    """A prior as somebody asks for it; `None` leaves an option to the prior.

    Attributes:
        name: Key of `PRIORS`. Defaults to `None`: `default_prior` of the model.
        predict: Of naive Bayes and code frequencies: `"argmax"`, the likeliest code; or
            `"sample"`, a draw. Defaults to `None`: `"argmax"`.
        temperature: Of those draws, in [0.01, 100]. Defaults to `None`: 1.
        neighbourhood: Where naive Bayes looks. Defaults to `None`: `"auto"`, what
            suits the mask.
        radius: How far naive Bayes looks, in cells. Defaults to `None`: 2.
        order: Whether naive Bayes uses cells it has predicted. Defaults to `None`:
            `"autoregressive"`, yes.
        variation: How freely a learned prior fills, in [0, 1], see `variation_of`.
            Defaults to `None`: 0, the best guess.
        passes: In how many passes a learned prior draws a large hole. Defaults to
            `None`: as `DrawSettings` says.
        top_p: Only the likeliest codes that together reach this share are drawn by a
            learned prior, in (0, 1]. Defaults to `None`: all.
        like: Start and end, in s, of a passage of the sound that a learned prior hears
            beside the hole, see `ExamplePrior`. Defaults to `None`: none, or all of
            `example`.
        hint: Every so many frames of cells of the hole, one keeps its codes, see
            `HintedPrior`; 2 or more. Defaults to `None`: none.
        example: Codes of another sound, `(map_frames, map_bins)`: it is heard, or the
            passage `like` of it. Defaults to `None`: the passage is of the sound
            itself.

    Raises:
        UsageError: If there is no such prior, or an option is out of range or would do
            nothing with that prior; without a name `of_model` says so.

    Example:

    >>> PriorChoice("marginal", predict="sample", temperature=2.0).temperature
    2.0
    """

    name: str | None = None
    predict: str | None = None
    temperature: float | None = None
    neighbourhood: str | None = None
    radius: int | None = None
    order: str | None = None
    variation: float | None = None
    passes: int | None = None
    top_p: float | None = None
    like: tuple[float, float] | None = None
    hint: int | None = None
    example: NDArray[np.int32] | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        if self.name is not None and self.name not in PRIORS:
            raise UsageError(
                f"Unknown prior {self.name!r}. Expected one of {', '.join(PRIORS)}."
            )
        if self.variation is not None:
            variation_of(self.variation)  # refuses what is out of range
        if self.passes is not None and self.passes < 1:
            raise UsageError(f"passes must be 1 or more. Received: {self.passes}.")
        if self.top_p is not None and not 0.0 < self.top_p <= 1.0:
            raise UsageError(f"top_p must lie in (0, 1]. Received: {self.top_p:g}.")
        start, end = self.like or (0.0, 1.0)
        if not 0.0 <= start < end < math.inf:
            raise UsageError(
                f"like must be two increasing times in s. Received: {self.like}."
            )
        if self.hint is not None and self.hint < 2:
            raise UsageError(
                "hint must be 2 or more; 2 keeps every other frame of cells. "
                f"Received: {self.hint}."
            )
        understood = _OPTIONS if self.name is None else PRIORS[self.name].options
        for option in self.options:
            if option not in understood:
                others = [n for n, kind in PRIORS.items() if option in kind.options]
                raise UsageError(
                    f"Prior {self.name} has no {option}. "
                    f"Leave it out or choose prior {' or '.join(others)}."
                )
        if self.example is not None and "like" not in understood:
            raise UsageError(
                f"Prior {self.name} hears no other sound. Leave it out or choose prior "
                "learned, with a model that has one."
            )
        self._check_draws()

    def _check_draws(self) -> None:
        """Refuse what would do nothing, as nothing is drawn."""
        if self.temperature is not None and self.predict != "sample":
            drawing = [n for n, kind in PRIORS.items() if "predict" in kind.options]
            raise UsageError(
                f"A temperature does nothing with predict {PREDICTIONS[0]}. Leave it "
                f"out, or choose predict sample and prior {' or '.join(drawing)}."
            )
        if self.passes is not None and not self.variation:
            raise UsageError(
                "passes do nothing without a variation: a repair takes one pass. "
                "Leave them out or choose a variation above 0."
            )
        if self.top_p is not None and not self.variation:
            raise UsageError(
                "top_p does nothing without a variation: a repair draws no codes. "
                "Leave it out or choose a variation above 0."
            )

    def of_model(self, codes: Codes) -> PriorChoice:
        """The same with a name.

        Args:
            codes: Model whose codes are predicted, usually a `Bundle`.

        Raises:
            UsageError: If an option would do nothing with the model's prior.
        """
        return replace(self, name=self.name or default_prior(codes))

    @property
    def draws(self) -> dict[str, Any]:
        """Whether and how codes are drawn, as priors without a network take it."""
        given = 1.0 if self.temperature is None else self.temperature
        return {"predict": self.predict or PREDICTIONS[0], "temperature": given}

    @property
    def options(self) -> dict[str, Any]:
        """The options that were given, but hints, which every prior takes."""
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
    options: tuple[str, ...]


def _learned(codes: Codes, engine: Engine | None, choice: PriorChoice) -> Prior:
    if not isinstance(codes, Bundle) or engine is None:
        raise UsageError("Prior learned needs a whole model and what runs it.")
    asked = variation_of(
        choice.variation or 0.0, passes=choice.passes, top_p=choice.top_p
    )
    prior: Prior = LearnedPrior.of_bundle(codes, engine, draws=asked.draws)
    if choice.like is not None:
        settings = codes.settings
        cell_s = codes.time_stride * settings.hop_length / settings.sample_rate
        first, last = (moment / cell_s for moment in choice.like)
        passage = range(int(first), math.ceil(last))
        prior = ExamplePrior(prior, passage, codes=choice.example)
    elif choice.example is not None:
        prior = ExamplePrior(prior, range(len(choice.example)), codes=choice.example)
    return HintedPrior(prior, share=asked.kept) if asked.kept else prior


def _naive_bayes(codes: Codes, engine: Engine | None, choice: PriorChoice) -> Prior:
    given = {o: v for o, v in choice.options.items() if o in _NEIGHBOURS}
    options = {"neighbourhood": AUTO, **given, **choice.draws}
    return NaiveBayesPrior(codes.codebook_size, marginal=codes.marginal, **options)


def _marginal(codes: Codes, engine: Engine | None, choice: PriorChoice) -> Prior:
    return MarginalPrior(codes.marginal, **choice.draws)


PRIORS = {
    "learned": PriorKind(_learned, "is a network that the model brings", _LEARNED),
    "naive_bayes": PriorKind(
        _naive_bayes, "looks at neighbouring cells", (*_DRAWS, *_NEIGHBOURS)
    ),
    "marginal": PriorKind(
        _marginal, "looks only at how often each code occurs", _DRAWS
    ),
}


def priors_of(codes: Codes) -> tuple[str, ...]:
    """Names of the priors that a model can have.

    Args:
        codes: Model whose codes they predict, usually a `Bundle`.

    Returns:
        Keys of `PRIORS`; the first is taken unless told.
    """
    has_its_own = isinstance(codes, Bundle) and codes.prior is not None
    return tuple(name for name in PRIORS if has_its_own or name != "learned")


def default_prior(codes: Codes) -> str:
    """What predicts the codes of a model unless told: its own prior, if it has one."""
    return priors_of(codes)[0]


def make_prior(
    codes: Codes, engine: Engine | None, choice: PriorChoice | None = None
) -> Prior:
    """The prior of a choice.

    Args:
        codes: Model whose codes it predicts, usually a `Bundle`.
        engine: What runs the model; `None` for priors that need no network.
        choice: Which prior. Defaults to `PriorChoice()`, what `inpaint` does unless
            told.

    Raises:
        UsageError: If an option would do nothing.
        BundleError: If the model has no prior of its own and that was asked for.
    """
    asked = (choice or PriorChoice()).of_model(codes)
    prior = PRIORS[asked.name or default_prior(codes)].make(codes, engine, asked)
    return prior if asked.hint is None else HintedPrior(prior, every=asked.hint)


def every_prior(
    codes: Codes, engine: Engine | None, choice: PriorChoice
) -> dict[str, Prior]:
    """All priors of a model by name, for a player who changes between them.

    Args:
        codes: Model whose codes they predict, usually a `Bundle`.
        engine: What runs the model.
        choice: How to draw, and options for those priors that have them.
    """
    priors = {}
    for name in priors_of(codes):
        fitting = {o: v for o, v in choice.options.items() if o in PRIORS[name].options}
        priors[name] = make_prior(codes, engine, PriorChoice(name, **fitting))
    return priors
