"""What an effect can be told: numbers and words, for command line and page alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from edge_runtime.errors import UsageError


@dataclass(frozen=True)
class Number:
    """An argument that is a number.

    Attributes:
        name: Of the keyword argument, the option and the field.
        help: What it does, for people.
        low: Least value.
        high: Greatest value.
        default: Taken unless told.
    """

    name: str
    help: str
    low: float
    high: float
    default: float

    def check(self, value: Any) -> None:
        """Refuse what cannot be used.

        Raises:
            UsageError: If it is no number of the range.
        """
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not self.low <= value <= self.high:
            raise UsageError(
                f"{self.name} must be a number from {self.low:g} to {self.high:g}. "
                f"Received: {repr(value)[:40]}."
            )


@dataclass(frozen=True)
class Choice:
    """An argument that is one of some words.

    Attributes:
        name: Of the keyword argument, the option and the field.
        help: What it does, for people.
        choices: The words; the first is taken unless told.
    """

    name: str
    help: str
    choices: tuple[str, ...]

    @property
    def default(self) -> str:
        """Taken unless told."""
        return self.choices[0]

    def check(self, value: Any) -> None:
        """Refuse what cannot be used.

        Raises:
            UsageError: If it is none of the words.
        """
        if not isinstance(value, str) or value not in self.choices:
            raise UsageError(
                f"{self.name} must be one of {', '.join(self.choices)}. "
                f"Received: {repr(value)[:40]}."
            )


Argument = Number | Choice

STRENGTH = Number("strength", "how much, from 0 (nothing) to 1", 0.0, 1.0, 0.5)
