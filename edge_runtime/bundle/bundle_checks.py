"""Whether the parts of a bundle fit together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields as dataclass_fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_runtime.errors import BundleError
from edge_runtime.spectrogram.settings import SpectrogramSettings

_GOLDEN_ARRAYS = ("spectrogram", "latents", "codemap", "decoded")

# Of every number that a bundle says of itself.
_LARGEST = 1 << 20
_OPTIONAL = {
    "training": dict,
    "energy": dict,
    "credits": list,
    "spectrogram": dict,
}
# Types of the fields of `SpectrogramSettings`, by their names.
_KINDS: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "float": (int, float),
    "int | None": (int, type(None)),
}

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
        if isinstance(value, int) and not 1 <= value <= _LARGEST:
            raise BundleError(
                f"Bundle field {name!r} must be positive, {_LARGEST} at most: {value}."
            )
    spread = metadata.get("spread", False)
    if not isinstance(spread, bool):
        raise BundleError(
            f"Bundle field 'spread' must be true or false. Received: {spread!r}."
        )
    for name, kinds in _OPTIONAL.items():
        value = metadata.get(name)
        if value is not None and not isinstance(value, kinds):
            raise BundleError(
                f"Bundle field {name!r} must be a {kinds.__name__}. "
                f"Received: {repr(value)[:60]}."
            )
    signatures = metadata.get("signatures", [])
    if not isinstance(signatures, list) or not all(
        isinstance(name, str) for name in signatures
    ):
        raise BundleError(
            "Bundle field 'signatures' must be a list of names. "
            f"Received: {repr(signatures)[:60]}."
        )
    _check_settings(metadata.get("spectrogram"))


def _check_settings(fields: Any) -> None:
    """Refuse settings of another kind than a config's, or far from any sound."""
    if fields is None:
        return
    kinds = {
        part.name: str(part.type) for part in dataclass_fields(SpectrogramSettings)
    }
    for name, value in fields.items():
        kind = _KINDS.get(kinds.get(name, ""))
        if kind is None or not isinstance(value, kind) or isinstance(value, bool):
            raise BundleError(f"Unusable spectrogram settings: {name!r}.")
        if isinstance(value, int | float) and not abs(value) <= _LARGEST:
            raise BundleError(f"Unusable spectrogram settings: {name} is {value}.")


def check_arrays(
    metadata: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]
) -> None:
    """Refuse a codebook or marginal that does not fit the fields.

    Args:
        metadata: Fields that `check_metadata` lets pass.
        arrays: Those of the bundle.

    Raises:
        BundleError: If one is missing or does not fit, or there is a second codebook.
    """
    if "coarse_codebook" in arrays:
        raise BundleError(
            "An earlier version made it, for two codemaps. "
            "Train a model of one codemap and export that with python -m export."
        )
    shape = metadata["codebook_size"], metadata["codebook_dim"]
    codebook = arrays.get("codebook")
    if codebook is None or codebook.shape != shape or codebook.dtype != np.float32:
        raise BundleError(f"A bundle needs a float32 codebook of shape {shape}.")
    marginal = arrays.get("marginal")
    if (
        marginal is None
        or marginal.shape != shape[:1]
        or not np.issubdtype(marginal.dtype, np.integer)
        or marginal.min() < 0
        or marginal.max() == 0
    ):
        raise BundleError(
            f"A bundle needs a marginal: integer counts of shape {shape[:1]}."
        )


def check_golden_arrays(
    golden: Mapping[str, NDArray[Any]], *, has_spread: bool
) -> None:
    """Refuse a recorded input without what it must give.

    Raises:
        BundleError: If an array is missing, or what was decoded has other channels
            than the spectrogram; with a spread, other than twice as many.
    """
    missing = [name for name in _GOLDEN_ARRAYS if name not in golden]
    if missing:
        raise BundleError(f"A bundle needs golden arrays: {', '.join(missing)}.")
    wanted = golden["spectrogram"].shape[-1] * (2 if has_spread else 1)
    if golden["decoded"].shape[-1] != wanted:
        raise BundleError(
            f"Of a bundle {'with' if has_spread else 'without'} spread, what is decoded"
            f" must have {wanted} channels. Received: {golden['decoded'].shape[-1]}."
        )


def check_bins(metadata: Mapping[str, Any], settings: SpectrogramSettings) -> None:
    """Refuse cells that do not divide the bins of a spectrogram.

    Raises:
        BundleError: If they do not.
    """
    stride = metadata["freq_stride"]
    if settings.num_bins % stride:
        raise BundleError(
            f"freq_stride must divide the {settings.num_bins} bins. Received: {stride}."
        )
