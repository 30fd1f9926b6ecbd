"""Effects that change a random share of a codemap's cells, one by one.

Codes are labels, so no effect calculates with them. All effects are called alike:
`effect(codemap, ..., strength=, seed=, mask=)`. Strength 0 changes nothing; cells where
`mask` is `False` keep their codes; no mask means the whole map. Here `round(strength *
cells)` of the cells are chosen; a greater strength with the same seed keeps the choice
and adds to it.

Source: Chable et al., "Spectrogram Inpainting", section 5.1, which removes values, adds
noise and mixes; the shuffle is ours.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edge_runtime.bundle.codebook import check_codes

Codemap = NDArray[np.int32]
Mask = NDArray[np.bool_]


def erase(
    codemap: Codemap,
    *,
    silence: int | Codemap,
    strength: float,
    seed: int,
    mask: Mask | None = None,
) -> Codemap:
    """Replace a share of the cells by silence ("remove values", section 5.1).

    Args:
        codemap: Int32 array of shape `(map_frames, map_bins)`.
        silence: What silence, or the background of an image, is encoded as: one code,
            or a codemap of the same shape where it differs from place to place.
        strength: Share of the cells, in [0, 1].
        seed: Chooses the cells.
        mask: Bool array of the same shape. Defaults to `None`.

    Returns:
        Int32 array of the same shape.

    Raises:
        ValueError: If shapes do not fit or `strength` is out of range.
    """
    chosen = _choose_cells(codemap, strength, seed, mask)
    quiet = np.asarray(silence, np.int32)
    if quiet.shape not in ((), codemap.shape):
        raise ValueError(
            f"silence must be one code or have shape {codemap.shape}. "
            f"Received shape: {quiet.shape}."
        )
    changed = codemap.astype(np.int32, order="C")
    changed.flat[chosen] = np.broadcast_to(quiet, codemap.shape).flat[chosen]
    return changed


def noise(
    codemap: Codemap,
    *,
    codebook_size: int,
    strength: float,
    seed: int,
    mask: Mask | None = None,
) -> Codemap:
    """Replace a share of the codes by random other ones ("adding noise", section 5.1).

    Args:
        codemap: Int32 array of shape `(map_frames, map_bins)`.
        codebook_size: Number of codewords, 2 or more. A new code is drawn evenly from
            all but the old one, so exactly the chosen cells change.
        strength: Share of the cells, in [0, 1].
        seed: Chooses the cells and their codes.
        mask: Bool array of the same shape. Defaults to `None`.

    Returns:
        Int32 array of the same shape.

    Raises:
        ValueError: If shapes do not fit, a code is not in the codebook, or a number is
            out of range.
    """
    check_codes(codemap, codebook_size)
    if codebook_size < 2:
        raise ValueError("noise needs 2 codewords or more. Received: codebook_size=1.")
    chosen = _choose_cells(codemap, strength, seed, mask)
    # A second stream, so that the choice of cells does not shift with their number.
    rng = np.random.default_rng([seed, 1])
    changed = codemap.astype(np.int32, order="C")
    # Codes from the old one's on are moved up by one, which leaves the old one out.
    drawn = rng.integers(0, codebook_size - 1, codemap.size, np.int32)[chosen]
    changed.flat[chosen] = drawn + (drawn >= codemap.flat[chosen])
    return changed


def mix(
    codemap: Codemap,
    other: Codemap,
    *,
    strength: float,
    seed: int,
    mask: Mask | None = None,
) -> Codemap:
    """Take a share of the cells from a second codemap (section 5.1).

    With strength 1 and a mask this mixes by mask: the other sound inside, this one
    outside. `mix_channels` mixes by channel, as the paper's figure 8 does.

    Args:
        codemap: Int32 array of shape `(map_frames, map_bins)`.
        other: Codemap of the second sound, same shape and codebook.
        strength: Share of the cells, in [0, 1].
        seed: Chooses the cells.
        mask: Bool array of the same shape. Defaults to `None`.

    Returns:
        Int32 array of the same shape.

    Raises:
        ValueError: If shapes do not fit or `strength` is out of range.
    """
    chosen = _choose_cells(codemap, strength, seed, mask)
    if other.shape != codemap.shape:
        raise ValueError(
            f"other must have the codemap's shape {codemap.shape}. "
            f"Received: {other.shape}."
        )
    changed = codemap.astype(np.int32, order="C")
    changed.flat[chosen] = other.flat[chosen]
    return changed


def shuffle(
    codemap: Codemap, *, strength: float, seed: int, mask: Mask | None = None
) -> Codemap:
    """Permute a share of the cells: each chosen one gets another chosen one's code.

    Args:
        codemap: Int32 array of shape `(map_frames, map_bins)`.
        strength: Share of the cells, in [0, 1].
        seed: Chooses the cells and where their codes go.
        mask: Bool array of the same shape. Defaults to `None`.

    Returns:
        Int32 array of the same shape, holding the same codes.

    Raises:
        ValueError: If shapes do not fit or `strength` is out of range.
    """
    chosen = _choose_cells(codemap, strength, seed, mask)
    changed = codemap.astype(np.int32, order="C")
    # The choice is in random order, so one step round it is a random permutation that
    # leaves no cell in place.
    changed.flat[chosen] = codemap.flat[np.roll(chosen, 1)]
    return changed


def check_effect(
    shape: tuple[int, ...], strength: float, mask: Mask | None
) -> NDArray[np.bool_]:
    """Check what all effects have in common.

    Args:
        shape: Shape of the codemap, `(map_frames, map_bins)`.
        strength: Strength of the effect.
        mask: Bool array of that shape, or `None`.

    Returns:
        The mask, all `True` where none was given.

    Raises:
        ValueError: If `strength` is not in [0, 1] or a shape does not fit.
    """
    if not 0 <= strength <= 1:
        raise ValueError(f"strength must lie in [0, 1]. Received: {strength}.")
    if len(shape) != 2:
        raise ValueError(
            f"A codemap must have shape (map_frames, map_bins). Received: {shape}."
        )
    if mask is None:
        return np.ones(shape, np.bool_)
    if mask.shape != shape or mask.dtype != np.bool_:
        raise ValueError(
            f"mask must be boolean, of shape {shape}. "
            f"Received: {mask.shape} {mask.dtype}."
        )
    return mask


def _choose_cells(
    codemap: Codemap, strength: float, seed: int, mask: Mask | None
) -> NDArray[np.intp]:
    """Flat indices of a random share of the cells in the mask, in random order."""
    inside = np.flatnonzero(check_effect(codemap.shape, strength, mask))
    order = np.random.default_rng(seed).permutation(inside)
    return order[: round(strength * len(inside))]
