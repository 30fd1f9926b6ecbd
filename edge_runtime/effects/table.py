"""The table of codemap effects, and one call that drives any of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_runtime.bundle.codebook import check_codes, codewords_of
from edge_runtime.effects.arguments import STRENGTH, Argument
from edge_runtime.effects.cells import Codemap, Mask, erase, mix, noise, shuffle
from edge_runtime.effects.lines import AXIS, freeze, shift
from edge_runtime.effects.vectors import (
    Vectors,
    gaussian_noise,
    keep_channels,
    mix_channels,
)
from edge_runtime.errors import UsageError


@dataclass(frozen=True)
class Effect:
    """One row of the table.

    Attributes:
        function: The effect. It takes `seed`, `mask`, its arguments and its needs.
        kind: `"codemap"`: codes in, codes out; `"quantized"`: vectors in, vectors out.
        arguments: What it can be told. Command line and page have the same.
        needs: Names of what it must know of model and sounds: `codebook_size`;
            `replacement` and `scale`, the codebook's mean and deviation; `silence`, how
            that is encoded; `other`, a second sound.
        keeps_level: Whether it changes what sounds and not how loud: its result is then
            made as loud as what was there. Erasing, mixing, holding and moving in time
            are about level, too. Defaults to `False`.
    """

    function: Callable[..., NDArray[Any]]
    kind: str
    arguments: tuple[Argument, ...] = (STRENGTH,)
    needs: tuple[str, ...] = ()
    keeps_level: bool = False

    @property
    def needs_second(self) -> bool:
        """Whether it mixes in a second sound."""
        return "other" in self.needs

    @property
    def needs_silence(self) -> bool:
        """Whether it must be told how silence is encoded: it leaves nothing else."""
        return "silence" in self.needs


EFFECTS: dict[str, Effect] = {
    "erase": Effect(erase, "codemap", needs=("silence",)),
    "freeze": Effect(freeze, "codemap", (STRENGTH, AXIS)),
    "gaussian_noise": Effect(
        gaussian_noise, "quantized", needs=("scale",), keeps_level=True
    ),
    "keep_channels": Effect(
        keep_channels, "quantized", needs=("replacement",), keeps_level=True
    ),
    "mix": Effect(mix, "codemap", needs=("other",)),
    "mix_channels": Effect(mix_channels, "quantized", needs=("other",)),
    "noise": Effect(noise, "codemap", needs=("codebook_size",), keeps_level=True),
    "shift": Effect(shift, "codemap", (STRENGTH, AXIS)),
    "shuffle": Effect(shuffle, "codemap", keeps_level=True),
}
# Each of them once.
ARGUMENTS = tuple(
    dict.fromkeys(part for effect in EFFECTS.values() for part in effect.arguments)
)


@dataclass(frozen=True)
class EffectCall:
    """An effect and what it is told.

    Attributes:
        name: Key of `EFFECTS`.
        told: Values of its arguments. Defaults to none: each has a default.
        seed: Of everything drawn. Defaults to `0`.

    Raises:
        UsageError: If there is no such effect, it has no such argument, or a value is
            out of range.

    Example:

    >>> EffectCall("shift", {"strength": 1.0}).values
    {'strength': 1.0, 'axis': 'time'}
    """

    name: str
    told: Mapping[str, float | str] = field(default_factory=dict)
    seed: int = 0

    def __post_init__(self) -> None:
        if self.name not in EFFECTS:
            raise UsageError(
                f"Unknown effect {self.name!r}. "
                f"Expected one of {', '.join(sorted(EFFECTS))}."
            )
        known = {argument.name: argument for argument in self.effect.arguments}
        for name, value in self.told.items():
            if name not in known:
                raise UsageError(f"Effect {self.name} has no {name}. Leave it out.")
            known[name].check(value)

    @property
    def effect(self) -> Effect:
        """Its row of the table."""
        return EFFECTS[self.name]

    @property
    def values(self) -> dict[str, float | str]:
        """All of its arguments, with their defaults where nothing was told."""
        defaults = {part.name: part.default for part in self.effect.arguments}
        return defaults | dict(self.told)


def apply_effect(
    call: EffectCall,
    codemap: Codemap,
    codebook: NDArray[np.float32],
    *,
    mask: Mask | None = None,
    other: Codemap | None = None,
    silence: int | Codemap | None = None,
) -> Codemap | Vectors:
    """Run an effect, from a codemap to a codemap or to vectors.

    Effects on vectors start from the codewords. Removed channels are set to the
    codebook's mean, and noise has the codebook's own deviation per channel.

    Args:
        call: The effect; at strength 0 it is the identity.
        codemap: Int32 array of shape `(map_frames, map_bins)`.
        codebook: Float32 array of shape `(codebook_size, codebook_dim)`.
        mask: Bool array of the codemap's shape that confines the effect. Defaults to
            `None`: everywhere.
        other: Codemap of a second sound, same shape, for the effects that need one.
        silence: Code or codemap of silence, for the effects that need it.

    Returns:
        Int32 array of the codemap's shape; of an effect of the kind `"quantized"`
        float32 vectors of shape `(map_frames, map_bins, codebook_dim)`, which a decoder
        takes as they are.

    Raises:
        ValueError: If something the effect needs is missing, or a shape is wrong.

    Example:

    >>> codemap = np.array([[0, 1], [2, 3], [0, 3]], np.int32)
    >>> codebook = np.eye(4, dtype=np.float32)
    >>> apply_effect(EffectCall("shift"), codemap, codebook).tolist()
    [[0, 3], [0, 1], [2, 3]]
    """
    effect = call.effect
    if effect.needs_second and other is None:
        raise ValueError(
            f"Effect {call.name!r} mixes two sounds: give it a second one."
        )
    if effect.needs_silence:
        if silence is None:
            raise ValueError(f"Effect {call.name!r} needs the code of silence.")
        check_codes(np.asarray(silence), len(codebook))
    values: NDArray[Any] = codemap
    second: NDArray[Any] | None = other
    if effect.kind == "quantized":
        values = codewords_of(codemap, codebook)
        second = None if other is None else codewords_of(other, codebook)
    known = {
        "codebook_size": len(codebook),
        "other": second,
        "replacement": codebook.mean(axis=0),
        "scale": codebook.std(axis=0),
        "silence": silence,
    }
    return effect.function(
        values,
        seed=call.seed,
        mask=mask,
        **call.values,
        **{name: known[name] for name in effect.needs},
    )
