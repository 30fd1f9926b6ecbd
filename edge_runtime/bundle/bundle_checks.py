"""Whether the parts of a bundle fit together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_runtime.errors import BundleError
from edge_runtime.spectrogram.settings import SpectrogramSettings

_GOLDEN_ARRAYS = ("spectrogram", "latents", "codemap", "decoded")

_FIELDS = {
    "name": str,
    "number_format": str,
    "codebook_size": int,
    "codebook_dim": int,
    "time_stride": int,
    "freq_stride": int,
    "licence": str,
    "attribution": str,
}


def check_metadata(metadata: Mapping[str, Any]) -> None:
    """Refuse fields that are missing or of another kind.

    Raises:
        BundleError: If there are any.
    """
    for name, kind in _FIELDS.items():
        value = metadata.get(name)
        if not isinstance(value, kind) or isinstance(value, bool):
            raise BundleError(
                f"Bundle field {name!r} must be a {kind.__name__}. Received: {value!r}."
            )
        if isinstance(value, int) and value < 1:
            raise BundleError(f"Bundle field {name!r} must be positive: {value}.")


def check_arrays(
    metadata: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]
) -> None:
    """Refuse codebooks that do not fit the fields, or one another.

    Args:
        metadata: Fields that `check_metadata` lets pass.
        arrays: Those of the bundle.

    Raises:
        BundleError: If one does not fit or has no marginal.
    """
    _check_codebook(arrays, "", (metadata["codebook_size"], metadata["codebook_dim"]))
    if "coarse_codebook" in arrays:
        _check_codebook(arrays, "coarse_", arrays["coarse_codebook"].shape)
        _check_coarse_strides(metadata)


def check_golden(golden: Mapping[str, NDArray[Any]]) -> None:
    """Refuse a recorded input without what it must give.

    Raises:
        BundleError: If an array is missing.
    """
    missing = [name for name in _GOLDEN_ARRAYS if name not in golden]
    if missing:
        raise BundleError(f"A bundle needs golden arrays: {', '.join(missing)}.")


def check_bins(metadata: Mapping[str, Any], settings: SpectrogramSettings) -> None:
    """Refuse cells that do not divide the bins of a spectrogram.

    Raises:
        BundleError: If they do not.
    """
    for name in ("freq_stride", "coarse_freq_stride"):
        stride = metadata.get(name, 1)
        if settings.num_bins % stride:
            raise BundleError(
                f"{name} must divide the {settings.num_bins} bins. Received: {stride}."
            )


def _check_codebook(
    arrays: Mapping[str, NDArray[Any]], level: str, shape: tuple[int, ...]
) -> None:
    codebook = arrays.get(f"{level}codebook")
    if (
        codebook is None
        or len(shape) != 2
        or codebook.shape != shape
        or codebook.dtype != np.float32
    ):
        raise BundleError(f"A bundle needs a float32 {level}codebook of shape {shape}.")
    marginal = arrays.get(f"{level}marginal")
    if (
        marginal is None
        or marginal.shape != shape[:1]
        or not np.issubdtype(marginal.dtype, np.integer)
        or marginal.min() < 0
        or marginal.max() == 0
    ):
        raise BundleError(
            f"A bundle needs a {level}marginal: integer counts of shape {shape[:1]}."
        )


def _check_coarse_strides(metadata: Mapping[str, Any]) -> None:
    for axis in ("time", "freq"):
        stride = metadata.get(f"coarse_{axis}_stride")
        fine = metadata[f"{axis}_stride"]
        if not isinstance(stride, int) or stride < 1 or stride % fine:
            raise BundleError(
                f"coarse_{axis}_stride must be a multiple of {axis}_stride={fine}. "
                f"Received: {stride!r}."
            )
