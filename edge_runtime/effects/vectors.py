"""Effects on quantized vectors: what the decoder sees of the codes.

Vectors are float32 of shape `(map_frames, map_bins, codebook_dim)`; the effects are
called as those on cells are. The result need not be made of codewords, and is decoded
as it is. (An int8 decoder clips it to the range of the codewords it was calibrated on.)

Source: Chable et al., "Spectrogram Inpainting", section 5.1, figures 7 and 8.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edge_runtime.effects.cells import Mask, check_effect

Vectors = NDArray[np.float32]


def keep_channels(
    quantized: Vectors,
    *,
    replacement: float | Vectors = 0.0,
    strength: float,
    seed: int,
    mask: Mask | None = None,
) -> Vectors:
    """Remove all but a share of the channels (figure 7 keeps one).

    Args:
        quantized: Float32 array of shape `(map_frames, map_bins, codebook_dim)`.
        replacement: What removed channels are set to: a number, or one per channel,
            such as the codebook's mean, which is nearer to what the decoder knows.
            Defaults to `0.0`.
        strength: Share of the channels to remove, in [0, 1]; of `dim` channels
            `round(strength * (dim - 1))` go, so that 1 keeps exactly one.
        seed: Chooses the channels; a greater strength removes the same ones and more.
        mask: Bool array of shape `(map_frames, map_bins)`. Defaults to `None`.

    Returns:
        Float32 array of the same shape.

    Raises:
        ValueError: If shapes do not fit or `strength` is out of range.
    """
    inside = _check(quantized, strength, mask)
    dim = quantized.shape[-1]
    order = np.random.default_rng(seed).permutation(dim)
    removed = np.zeros(dim, np.bool_)
    removed[order[: round(strength * (dim - 1))]] = True
    substitute = np.broadcast_to(np.asarray(replacement, np.float32), quantized.shape)
    return np.where(inside & removed, substitute, quantized)


def gaussian_noise(
    quantized: Vectors,
    *,
    scale: float | Vectors = 1.0,
    strength: float,
    seed: int,
    mask: Mask | None = None,
) -> Vectors:
    """Add Gaussian noise to the vectors ("adding noise", section 5.1).

    Args:
        quantized: Float32 array of shape `(map_frames, map_bins, codebook_dim)`.
        scale: Standard deviation of the noise at strength 1: a number, or one per
            channel, such as the codebook's own deviation. Defaults to `1.0`.
        strength: Share of `scale` used, in [0, 1].
        seed: Seed of the noise.
        mask: Bool array of shape `(map_frames, map_bins)`. Defaults to `None`.

    Returns:
        Float32 array of the same shape.

    Raises:
        ValueError: If shapes do not fit or `strength` is out of range.
    """
    inside = _check(quantized, strength, mask)
    rng = np.random.default_rng(seed)
    normal = rng.standard_normal(quantized.shape, np.float32)
    step = np.float32(strength) * np.asarray(scale, np.float32) * normal
    # Where the step is zero the vector stays as it is: -0.0 + 0.0 would lose its sign.
    return np.where(inside & (step != 0), quantized + step, quantized)


def mix_channels(
    quantized: Vectors,
    other: Vectors,
    *,
    strength: float,
    seed: int,
    mask: Mask | None = None,
) -> Vectors:
    """Take a share of the channels from a second sound (figure 8).

    Args:
        quantized: Float32 array of shape `(map_frames, map_bins, codebook_dim)`.
        other: Vectors of the second sound, of the same shape.
        strength: Share of the channels, in [0, 1]: `round(strength * dim)` of them.
        seed: Chooses the channels; a greater strength takes the same ones and more.
        mask: Bool array of shape `(map_frames, map_bins)`. Defaults to `None`.

    Returns:
        Float32 array of the same shape.

    Raises:
        ValueError: If shapes do not fit or `strength` is out of range.
    """
    inside = _check(quantized, strength, mask)
    if other.shape != quantized.shape:
        raise ValueError(
            f"other must have the shape {quantized.shape}. Received: {other.shape}."
        )
    dim = quantized.shape[-1]
    order = np.random.default_rng(seed).permutation(dim)
    taken = np.zeros(dim, np.bool_)
    taken[order[: round(strength * dim)]] = True
    return np.where(inside & taken, other, quantized)


def _check(quantized: Vectors, strength: float, mask: Mask | None) -> NDArray[np.bool_]:
    """The mask with a last axis for the channels."""
    if quantized.ndim != 3:
        raise ValueError(
            "quantized must have shape (map_frames, map_bins, codebook_dim). "
            f"Received: {quantized.shape}."
        )
    return check_effect(quantized.shape[:2], strength, mask)[..., None]
