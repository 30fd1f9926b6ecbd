"""What a bundle says about its prior, the network that predicts hidden codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

from edge_runtime.errors import BundleError

# Cells; the self-test and an edit make arrays of twice as many.
_LARGEST_REACH = 4096


@dataclass(frozen=True)
class PriorFacts:
    """A prior as it was exported.

    Attributes:
        reach: Cells along time, to each side, that the logits of a cell depend on;
            4,096 at most.
        architecture: What kind of network it is.
        num_parameters: How many numbers it learned.
        bits_per_code: What a hidden code costs on average on sounds it was not trained
            on, in bits.
        code_levels_db: How loud each codeword is where it stands alone, in dB, as the
            codec decodes it. Defaults to none: of bundles before 0.2.
    """

    reach: int
    architecture: str
    num_parameters: int
    bits_per_code: float
    code_levels_db: tuple[float, ...] = ()

    def __str__(self) -> str:
        return (
            f"{self.architecture}, {self.num_parameters:,} parameters, "
            f"{self.bits_per_code:.2f} bits a code, looks {self.reach} cells along time"
        )


def prior_from(metadata: Mapping[str, Any]) -> PriorFacts | None:
    """Prior of a bundle, `None` if it has none.

    Args:
        metadata: What the bundle says about itself.

    Raises:
        BundleError: If it says it in another form.

    Example:

    >>> fields = {"reach": 21, "architecture": "convolutional"}
    >>> fields |= {"num_parameters": 400000, "bits_per_code": 4.52}
    >>> print(prior_from({"prior": fields}))
    convolutional, 400,000 parameters, 4.52 bits a code, looks 21 cells along time
    """
    fields = metadata.get("prior")
    if fields is None:
        return None
    try:
        facts = PriorFacts(
            reach=_count(fields["reach"]),
            architecture=str(fields["architecture"]),
            num_parameters=_count(fields["num_parameters"]),
            bits_per_code=float(fields["bits_per_code"]),
            code_levels_db=tuple(map(float, fields.get("code_levels_db", ()))),
        )
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise _unusable(fields) from error
    if (
        facts.reach > _LARGEST_REACH
        or not facts.bits_per_code >= 0.0
        or not all(map(isfinite, facts.code_levels_db))
    ):
        raise _unusable(fields)
    return facts


def _count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError
    return value


def _unusable(fields: Any) -> BundleError:
    return BundleError(
        f"Unusable facts about its prior (its field 'prior'): {fields!r}. "
        "Export it again."
    )
