"""What a prior is: it predicts the hidden codes of a codemap. And the simplest one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from edge_runtime.bundle.codebook import check_codes
from edge_runtime.priors.cell_vectors import CellVectors

LOWEST_TEMPERATURE, HIGHEST_TEMPERATURE = 0.01, 100.0


class Prior(Protocol):
    """Fills in the hidden cells of one codemap.

    A hidden cell's own code must never influence what is put in its place: `fill` gives
    the same result whatever the hidden cells hold.
    """

    def fill(
        self, codemap: NDArray[np.int32], mask: NDArray[np.bool_], *, seed: int
    ) -> NDArray[np.int32]:
        """Copy of `codemap`, `(map_frames, map_bins)`, new where `mask` is `True`."""
        ...


@dataclass(frozen=True, eq=False)
class Prediction:
    """What a prior puts into a codemap.

    Attributes:
        codemap: Codes, int32 of shape `(map_frames, map_bins)`.
        vectors: What the decoder sees instead of the codes' codewords; `prediction.
            vectors[:]` has shape `(map_frames, map_bins, codebook_dim)`. Defaults to
            `None`: the codewords.
        pass_seconds: How long each pass took, in s. Defaults to none: it was filled in
            one.
    """

    codemap: NDArray[np.int32]
    vectors: CellVectors | None = None
    pass_seconds: tuple[float, ...] = ()


@runtime_checkable
class VectorPrior(Prior, Protocol):
    """A prior whose best guess need not be a codeword."""

    def regenerate(
        self, codemap: NDArray[np.int32], mask: NDArray[np.bool_], *, seed: int
    ) -> Prediction:
        """As `fill`, with vectors where they are better than codes."""
        ...


def regenerated(
    prior: Prior, codemap: NDArray[np.int32], mask: NDArray[np.bool_], *, seed: int
) -> Prediction:
    """What any prior puts into a codemap, with vectors if it has them.

    Args:
        prior: The prior.
        codemap: As for `Prior.fill`.
        mask: As for `Prior.fill`.
        seed: As for `Prior.fill`.
    """
    if isinstance(prior, VectorPrior):
        return prior.regenerate(codemap, mask, seed=seed)
    return Prediction(prior.fill(codemap, mask, seed=seed))


@runtime_checkable
class LocalPrior(Prior, Protocol):
    """A prior that looks only so far: an edit need not know the codes beyond."""

    @property
    def reach(self) -> int | None:
        """Frames of cells beyond the hidden ones; `None`: the whole codemap."""
        ...


def reach_of(prior: Prior) -> int | None:
    """How far a prior looks beyond the hidden cells, in frames of cells.

    Args:
        prior: The prior.

    Returns:
        The number; `None` if it may look at the whole codemap, as any prior that does
        not say otherwise.
    """
    return prior.reach if isinstance(prior, LocalPrior) else None


@runtime_checkable
class ProbabilisticPrior(Prior, Protocol):
    """A prior that also says how likely each code is: `bits_per_code` needs it."""

    def log_probabilities(
        self, codemap: NDArray[np.int32], mask: NDArray[np.bool_]
    ) -> NDArray[np.float32]:
        """Natural logs, `(hidden, codebook_size)`, of the hidden cells in raster order.

        The chain rule holds: `codemap` is the true one, and a row may use the visible
        cells and the hidden cells before it, never its own code nor a later one.
        """
        ...


def check_temperature(temperature: float) -> None:
    """Refuse a temperature of draws that is not in [0.01, 100].

    Raises:
        ValueError: If it is out of range.
    """
    if not LOWEST_TEMPERATURE <= temperature <= HIGHEST_TEMPERATURE:
        raise ValueError(
            f"temperature must lie in [{LOWEST_TEMPERATURE:g}, "
            f"{HIGHEST_TEMPERATURE:g}]. Received: {temperature:g}."
        )


def check_codemap(
    codemap: NDArray[Any], mask: NDArray[np.bool_], codebook_size: int
) -> None:
    """Refuse a codemap and mask that do not fit; hidden cells may hold anything.

    Args:
        codemap: Integer array of shape `(map_frames, map_bins)`.
        mask: Bool array of the same shape, `True` = hidden.
        codebook_size: Number of codewords.

    Raises:
        ValueError: If the shapes differ or a visible code is not in the codebook.
    """
    if codemap.ndim != 2 or mask.shape != codemap.shape or mask.dtype != np.bool_:
        raise ValueError(
            "codemap and boolean mask must both have shape (map_frames, map_bins). "
            f"Received: {codemap.shape} and {mask.shape} {mask.dtype}."
        )
    check_codes(codemap[~mask], codebook_size)
