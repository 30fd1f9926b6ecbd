"""Codemap effects on a model of one codemap or of two."""

from __future__ import annotations

from collections.abc import Callable

from edge_runtime.bundle.bundle import Bundle
from edge_runtime.effects.cells import Codemap, Mask
from edge_runtime.effects.table import EFFECTS, apply_effect
from edge_runtime.effects.vectors import Vectors
from edge_runtime.errors import UsageError

# Effects that move single fine cells, which coarse ones cannot follow.
NOT_FOR_LEVELS = ("shift",)


def apply_to_levels(
    name: str,
    codemap: Codemap,
    bundle: Bundle,
    *,
    strength: float,
    seed: int,
    mask: Mask,
    other: Codemap | None = None,
    silence: Codemap | None = None,
    axis: str = "time",
) -> Codemap | Vectors:
    """Run an effect on each codemap of a model by itself.

    On the coarse map it runs where a masked fine cell lies inside; where that reaches
    beyond the mask, the joint codes change there too.

    Args:
        name: A key of `EFFECTS`.
        codemap: Int32 array of shape `(map_frames, map_bins)`; of a hierarchical model
            joint codes, as are `other` and `silence`.
        bundle: The model.
        strength: In [0, 1]; 0 is the identity.
        seed: Seed of everything drawn.
        mask: Bool array of the codemap's shape that confines the effect.
        other: Codemap of a second sound, for the effects that need one.
        silence: Codemap of silence, for the effects that need it.
        axis: For the effects that have one. Defaults to `"time"`.

    Returns:
        What `apply_effect` gives; of a hierarchical model joint codes or joint vectors.

    Raises:
        UsageError: If the effect would move fine and coarse cells apart.
        ValueError: If `apply_effect` refuses an argument.
    """
    hierarchy = bundle.hierarchy
    if hierarchy is None:
        return apply_effect(
            name,
            codemap,
            bundle.codebook,
            strength=strength,
            seed=seed,
            mask=mask,
            other=other,
            silence=silence,
            axis=axis,
        )
    if name in NOT_FOR_LEVELS:
        raise UsageError(
            f"Effect {name} moves single cells, but model {bundle.name!r} also has "
            "coarse ones. Choose another effect or a model of one codemap."
        )
    nothing = (None, None)
    others = nothing if other is None else hierarchy.split(other)
    silences = nothing if silence is None else hierarchy.split(silence)
    levels = zip(
        hierarchy.split(codemap),
        (hierarchy.codebook, hierarchy.coarse_codebook),
        (mask, hierarchy.coarse_mask(mask)),
        others,
        silences,
        strict=True,
    )
    fine, coarse = (
        apply_effect(
            name,
            level,
            codebook,
            strength=strength,
            seed=seed,
            mask=hidden,
            other=second,
            silence=quiet,
            axis=axis,
        )
        for level, codebook, hidden, second, quiet in levels
    )
    join: Callable[..., Codemap | Vectors] = hierarchy.join_vectors
    if EFFECTS[name].kind == "codemap":
        join = hierarchy.join
    return join(fine, coarse)
