"""The architectures by name: a new one is a file beside this one, and a row."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from edge_runtime.errors import UsageError
from vqkeras.model.conv_architecture import ConvArchitecture
from vqkeras.model.model_config import ModelConfig
from vqkeras.model.residual_architecture import ResidualArchitecture
from vqkeras.model.wavenet_architecture import WaveNetArchitecture

# The first is taken unless told.
ARCHITECTURES: dict[str, type[ModelConfig]] = {
    "conv": ConvArchitecture,
    "residual": ResidualArchitecture,
    "wavenet": WaveNetArchitecture,
}
# What earlier versions wrote into every config, and now nothing has, at its default.
_FORMER = {
    "pooling": False,
    "batch_normalisation": False,
    "coarse_stride": [2, 2],
    "coarse_codebook_size": 256,
    "kernel_size": 3,
    "padding": "same",
    "dense_units": [],
    "blocks": 2,
    "block_units": None,
    "context_units": [],
}


def architecture_of(name: Any = None) -> type[ModelConfig]:
    """The config class of an architecture.

    Args:
        name: As a config says it. Defaults to `None`: the first of `ARCHITECTURES`.

    Raises:
        UsageError: If there is none of that name.

    Example:

    >>> architecture_of("residual").__name__
    'ResidualArchitecture'
    """
    name = next(iter(ARCHITECTURES)) if name is None else name
    if not isinstance(name, str) or name not in ARCHITECTURES:
        raise UsageError(
            f"model.architecture must be one of {', '.join(ARCHITECTURES)}. "
            f"Received: {name!r}."
        )
    return ARCHITECTURES[name]


def model_config_from(model: Mapping[str, Any]) -> ModelConfig:
    """The `model` of a config file as its dataclass, without a parser.

    Args:
        model: What the file says under `model`.

    Raises:
        UsageError: If a field is unknown or out of range.

    Example:

    >>> config = {"architecture": "residual", "channels": [8], "strides": [[4, 4]]}
    >>> model_config_from(config).strides
    ((4, 4),)
    """
    kind = architecture_of(model.get("architecture"))
    fields = without_former_fields(model)
    try:
        return kind(**{name: _as_tuples(value) for name, value in fields.items()})
    except TypeError as error:
        raise UsageError(f"Unusable fields of a model: {error}.") from error


def _as_tuples(value: Any) -> Any:
    return tuple(map(_as_tuples, value)) if isinstance(value, list) else value


def without_former_fields(model: Mapping[str, Any]) -> dict[str, Any]:
    """The `model` of a run of an earlier version, as this version understands it.

    Its config names the fields of all architectures. Those that this one does not have
    are left out where they say nothing, and stay, to be refused, where they do.

    Args:
        model: What the file says under `model`.

    Raises:
        UsageError: If the architecture is unknown.

    Example:

    >>> without_former_fields({"codebook_size": 8, "blocks": 2, "pooling": True})
    {'codebook_size': 8, 'pooling': True}
    """
    kind = architecture_of(model.get("architecture"))
    known = {field.name for field in dataclasses.fields(kind)}
    return {
        name: value
        for name, value in model.items()
        if name in known or name not in _FORMER or value != _FORMER[name]
    }
