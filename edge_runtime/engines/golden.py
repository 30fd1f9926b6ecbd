"""A bundle's self-test: its recorded input must give its recorded outputs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_runtime.bundle.bundle import Bundle
from edge_runtime.bundle.golden_prior import asked_and_recorded, logits_sample
from edge_runtime.engines.engine import Engine
from edge_runtime.errors import BundleError

# Relative to the largest value: float rounding on another processor stays far below
# it, one step of an int8 output (1/255 of its range) far above.
TOLERANCE = 1e-4


@dataclass(frozen=True)
class GoldenCheck:
    """What a model gave on its golden input.

    Attributes:
        codes: Number of codes.
        codes_equal: How many of them are as recorded.
        latents_largest_difference: From the recorded latents, relative to the largest
            of those or to 1.
        decoded_largest_difference: The same of the decoded golden codemap.
        logits_largest_difference: The same of what the prior gives; `None` of a model
            without one.
    """

    codes: int
    codes_equal: int
    latents_largest_difference: float
    decoded_largest_difference: float
    logits_largest_difference: float | None

    @property
    def passed(self) -> bool:
        """Whether all codes are equal and the rest differs by rounding at most."""
        largest = max(
            self.latents_largest_difference,
            self.decoded_largest_difference,
            self.logits_largest_difference or 0.0,
        )
        return self.codes_equal == self.codes and largest <= TOLERANCE


def check_golden(bundle: Bundle, engine: Engine) -> GoldenCheck:
    """Run the golden input through a model.

    Args:
        bundle: Model with its golden arrays.
        engine: What runs the model, usually an `Engine`.

    Returns:
        The comparison.

    Raises:
        BundleError: If the model cannot be run, or gives other shapes or NaN.
    """
    golden = bundle.golden
    latents = engine.encode(golden["spectrogram"])
    decoded = engine.decode(golden["codemap"])
    latents_difference = _difference("latents", latents, golden["latents"])
    codes = bundle.codes_of(latents)
    return GoldenCheck(
        codes=int(golden["codemap"].size),
        codes_equal=int(np.sum(codes == golden["codemap"])),
        latents_largest_difference=latents_difference,
        decoded_largest_difference=_difference(
            "spectrogram", decoded, golden["decoded"]
        ),
        logits_largest_difference=_logits_difference(bundle, engine),
    )


def _logits_difference(bundle: Bundle, engine: Engine) -> float | None:
    found = asked_and_recorded(bundle.golden, bundle.codebook)
    if found is None:
        return None
    inputs, recorded = found
    logits = engine.predict(*inputs)
    given = logits_sample(logits) if recorded.ndim == 1 else logits
    difference = _difference("logits", given, recorded)
    reach = bundle.prior_reach
    if reach is None or not bundle.has_inner_prior:
        return difference
    # It goes another way to the same numbers.
    long = [np.repeat(each[:, :1], 2 * reach + 1, axis=1) for each in inputs]
    whole, inner = engine.predict(*long), engine.predict_inner(*long)
    inside = slice(reach, whole.shape[1] - reach)
    return max(difference, _difference("inner logits", inner, whole[:, inside]))


def _difference(
    name: str, given: NDArray[np.float32], expected: NDArray[np.floating]
) -> float:
    """Largest difference, relative to the largest expected value or to 1."""
    if given.shape != expected.shape:
        raise BundleError(
            f"The model gives golden {name} of shape {given.shape}; "
            f"{expected.shape} was recorded."
        )
    if not np.isfinite(given).all():
        raise BundleError(f"The model gives golden {name} that are NaN or infinite.")
    scale = max(1.0, float(np.abs(expected).max(initial=0.0)))
    return float(np.abs(given - expected).max(initial=0.0)) / scale
