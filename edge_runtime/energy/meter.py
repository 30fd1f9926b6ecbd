"""What every power or energy sensor looks like to the sampler."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, Protocol

Quantity = Literal["energy_j", "power_w"]

# More than any machine draws or counts: beyond it a reading is damaged.
LARGEST_READING = 1e15


@dataclass(frozen=True)
class Domain:
    """One thing whose energy is counted: a GPU, a CPU package, its memory, a board.

    Attributes:
        name: Kind and number, for example `"gpu:0"` or `"cpu:package-0"`. Domains of
            one sampler never overlap, so that their energies add up.
        quantity: `"energy_j"`: readings are a counter in joules that only grows, from
            any start. `"power_w"`: readings are the power now, in watts.
        method: `"measured:<source>"` or `"estimated:<how>"`.
        measures: One sentence: what is inside the figure and what is not.
        uncertainty: One sentence with its source; "not stated" is an answer.
        hardware: Product name, as far as it is known. Defaults to `""`.

    Raises:
        ValueError: If `method` says neither measured nor estimated.
    """

    name: str
    quantity: Quantity
    method: str
    measures: str
    uncertainty: str
    hardware: str = ""

    def __post_init__(self) -> None:
        kind, _, source = self.method.partition(":")
        if kind not in ("measured", "estimated") or not source:
            raise ValueError(
                "method must be measured:<source> or estimated:<how>. "
                f"Received: {self.method!r}."
            )


@dataclass(frozen=True)
class Reading:
    """One value in the unit of its domain, or NaN and the reason; never 0 for "none".

    Attributes:
        value: Joules or watts; NaN if it could not be had.
        reason: Why `value` is NaN. Defaults to `""`.

    Raises:
        ValueError: If `value` is NaN without a reason, negative or infinite.
    """

    value: float
    reason: str = ""

    def __post_init__(self) -> None:
        if self.value < 0 or self.value > LARGEST_READING:
            raise ValueError(
                "A reading is finite or NaN, and not negative. "
                f"Received: {self.value:g}."
            )
        if math.isnan(self.value) and not self.reason:
            raise ValueError("A NaN reading needs the reason it could not be had.")


def unread(reason: str) -> Reading:
    """The reading that could not be had.

    Args:
        reason: Why, in a few words, and what would help.

    Returns:
        A `Reading` of NaN.

    Example:

    >>> unread("the file is gone")
    Reading(value=nan, reason='the file is gone')
    """
    return Reading(math.nan, reason)


class Meter(Protocol):
    """A source of readings for one or more domains.

    `read` may fail in part: the domain's reading is then NaN with its reason. It may
    also raise, which the sampler takes as NaN for every domain.

    Attributes:
        name: Short name, for the command line and messages.
        measures: One sentence: what kind of hardware, through what interface.
    """

    name: str
    measures: str

    def why_unavailable(self) -> str:
        """Why this meter cannot be read here; `""` if it can."""
        ...

    def domains(self) -> tuple[Domain, ...]:
        """What it reads, fixed for the meter's life; empty where unavailable."""
        ...

    def read(self) -> dict[str, Reading]:
        """The reading of every domain, by `Domain.name`."""
        ...

    def close(self) -> None:
        """Let go of drivers and threads; a closed meter is not read again."""
        ...
