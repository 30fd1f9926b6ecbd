"""The table of codemap effects, and one call that drives any of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_runtime.bundle.codebook import check_codes, codewords_of
from edge_runtime.effects.cells import Codemap, Mask, erase, mix, noise, shuffle
from edge_runtime.effects.lines import AXES, freeze, shift
from edge_runtime.effects.vectors import (
    Vectors,
    gaussian_noise,
    keep_channels,
    mix_channels,
)

__all__ = [
    "AXES",
    "EFFECTS",
    "Effect",
    "apply_effect",
    "erase",
    "freeze",
    "gaussian_noise",
    "keep_channels",
    "mix",
    "mix_channels",
    "noise",
    "shift",
    "shuffle",
]


@dataclass(frozen=True)
class Effect:
    """One row of the table.

    Attributes:
        function: The effect. It takes `strength`, `seed`, `mask` and what `takes` says.
        kind: `"codemap"`: codes in, codes out; `"quantized"`: vectors in, vectors out.
        takes: Names of its other arguments.
    """

    function: Callable[..., NDArray[Any]]
    kind: str
    takes: tuple[str, ...] = ()

    @property
    def needs_second(self) -> bool:
        """Whether it mixes in a second sound."""
        return "other" in self.takes

    @property
    def needs_silence(self) -> bool:
        """Whether it must be told how silence is encoded."""
        return "silence" in self.takes

    @property
    def has_axis(self) -> bool:
        """Whether it runs along time or frequency."""
        return "axis" in self.takes


EFFECTS: dict[str, Effect] = {
    "erase": Effect(erase, "codemap", ("silence",)),
    "freeze": Effect(freeze, "codemap", ("axis",)),
    "gaussian_noise": Effect(gaussian_noise, "quantized", ("scale",)),
    "keep_channels": Effect(keep_channels, "quantized", ("replacement",)),
    "mix": Effect(mix, "codemap", ("other",)),
    "mix_channels": Effect(mix_channels, "quantized", ("other",)),
    "noise": Effect(noise, "codemap", ("codebook_size",)),
    "shift": Effect(shift, "codemap", ("axis",)),
    "shuffle": Effect(shuffle, "codemap"),
}


def apply_effect(
    name: str,
    codemap: Codemap,
    codebook: NDArray[np.float32],
    *,
    strength: float,
    seed: int,
    mask: Mask | None = None,
    other: Codemap | None = None,
    silence: int | Codemap | None = None,
    axis: str = "time",
) -> Codemap | Vectors:
    """Run an effect by name, from a codemap to a codemap or to vectors.

    Effects on vectors start from the codewords. Removed channels are set to the
    codebook's mean, and noise has the codebook's own deviation per channel.

    Args:
        name: A key of `EFFECTS`.
        codemap: Int32 array of shape `(map_frames, map_bins)`.
        codebook: Float32 array of shape `(codebook_size, codebook_dim)`.
        strength: In [0, 1]; 0 is the identity.
        seed: Seed of everything drawn.
        mask: Bool array of the codemap's shape that confines the effect. Defaults to
            `None`: everywhere.
        other: Codemap of a second sound, same shape, for the effects that need one.
        silence: Code or codemap of silence, for the effects that need it.
        axis: For the effects that have one. Defaults to `"time"`.

    Returns:
        Int32 array of the codemap's shape; of an effect of the kind `"quantized"`
        float32 vectors of shape `(map_frames, map_bins, codebook_dim)`, which a decoder
        takes as they are.

    Raises:
        ValueError: If the name is unknown, something the effect needs is missing, or a
            shape or number is wrong.

    Example:

    >>> codemap = np.array([[0, 1], [2, 3], [0, 3]], np.int32)
    >>> codebook = np.eye(4, dtype=np.float32)
    >>> apply_effect("shift", codemap, codebook, strength=0.5, seed=0).tolist()
    [[0, 3], [0, 1], [2, 3]]
    """
    if name not in EFFECTS:
        raise ValueError(
            f"Unknown effect {name!r}. Expected one of {', '.join(sorted(EFFECTS))}."
        )
    effect = EFFECTS[name]
    if effect.needs_second and other is None:
        raise ValueError(f"Effect {name!r} mixes two sounds: give it a second one.")
    if effect.needs_silence:
        if silence is None:
            raise ValueError(f"Effect {name!r} needs the code of silence.")
        check_codes(np.asarray(silence), len(codebook))
    values: NDArray[Any] = codemap
    second: NDArray[Any] | None = other
    if effect.kind == "quantized":
        values = codewords_of(codemap, codebook)
        second = None if other is None else codewords_of(other, codebook)
    arguments = {
        "axis": axis,
        "codebook_size": len(codebook),
        "other": second,
        "replacement": codebook.mean(axis=0),
        "scale": codebook.std(axis=0),
        "silence": silence,
    }
    return effect.function(
        values,
        strength=strength,
        seed=seed,
        mask=mask,
        **{key: arguments[key] for key in effect.takes},
    )
