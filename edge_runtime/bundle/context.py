"""Receptive field: how far a model looks beyond a cell, as measured at export."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from edge_runtime.errors import BundleError


@dataclass(frozen=True)
class Context:
    """What a cell depends on along time, besides its own frames.

    Attributes:
        encoder_frames: Frames before and after that its latents depend on.
        decoder_cells: Cells before and after that its sound depends on.
    """

    encoder_frames: tuple[int, int]
    decoder_cells: tuple[int, int]


def context_from(metadata: Mapping[str, Any]) -> Context:
    """Context of a bundle of sounds.

    Args:
        metadata: What the bundle says about itself.

    Raises:
        BundleError: If it does not say it, or in another form.
    """
    fields = metadata.get("context")
    if fields is None:
        raise BundleError(
            "It does not say how far a cell looks along time (its field 'context'). "
            "Export it again with this version."
        )
    try:
        pairs = [tuple(map(int, fields[name])) for name in _FIELDS]
        (before, after), (earlier, later) = pairs
    except (KeyError, TypeError, ValueError) as error:
        raise BundleError(f"Unusable context of a cell: {fields!r}.") from error
    if min(before, after, earlier, later) < 0:
        raise BundleError(f"Unusable context of a cell: {fields!r}.")
    return Context((before, after), (earlier, later))


_FIELDS = ("encoder_frames", "decoder_cells")
