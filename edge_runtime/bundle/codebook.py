"""Lookup in the codebook, both ways: latents to codes, codes to codewords."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

# Scores computed at once, of latents times codewords: bounds their table at 2 MB, which
# a processor's cache can hold.
_SCORES = 1 << 18
# Products of a matrix product that OpenBLAS makes in the thread it is called from: to
# wake others for so little takes longer, and many times longer where they are busy.
_ONE_THREAD = 1 << 18
# Scores closer than this, relative to their terms, are a tie. Rounding in float64 moves
# a score by about 1e-15; two latents this close cannot be told apart in float32.
_TIE = 1e-12
# Rounding in float32 moves a score by at most this, relative to its terms, for each
# dimension that is added up.
_COARSE = 2.0**-22


def codes_of(
    latents: NDArray[np.floating[Any]], codebook: NDArray[np.floating[Any]]
) -> NDArray[np.int32]:
    """Code of the codeword nearest to each latent vector (paper, section 2.3).

    The distance is the expanded square `|codeword|^2 - 2 latent . codeword`: the
    latent's own square is the same for all codewords and left out. A tie goes to the
    lowest code, whatever the order in which a matrix product was summed.

    Args:
        latents: Float array of shape `(..., codebook_dim)`.
        codebook: Float array of shape `(codebook_size, codebook_dim)`.

    Returns:
        Int32 array of shape `(...)`, in `[0, codebook_size)`.

    Raises:
        ValueError: If the codebook is not a table, or the last axes differ.

    Example:

    >>> codes_of(np.array([[0.1], [0.9], [0.5]]), np.array([[0.0], [1.0]]))
    array([0, 1, 0], dtype=int32)
    """
    _check_codebook(codebook)
    size, dim = codebook.shape
    if latents.ndim == 0 or latents.shape[-1] != dim:
        raise ValueError(
            f"latents must end in codebook_dim={dim}. Received shape: {latents.shape}."
        )
    codewords = codebook.astype(np.float64)
    squares = np.einsum("kd,kd->k", codewords, codewords)
    coarse = codewords.astype(np.float32), squares.astype(np.float32)
    vectors = latents.reshape(-1, dim)
    codes = np.empty(len(vectors), np.int32)
    rows = max(1, _SCORES // size)
    for start in range(0, len(vectors), rows):
        block = vectors[start : start + rows].astype(np.float64)
        scale = squares.max() + np.einsum("nd,nd->n", block, block)
        found, gap = _nearest_and_gap(block.astype(np.float32), *coarse)
        # In float32 it is twice as fast, and settles nearly all; the rest in float64.
        near = np.flatnonzero(~(gap > (dim + 2) * _COARSE * scale))
        scores = squares - 2.0 * (block[near] @ codewords.T)  # (cells, codebook_size)
        limit = scores.min(axis=1) + _TIE * scale[near]
        found[near] = np.argmax(scores <= limit[:, None], axis=1)
        codes[start : start + rows] = found
    return codes.reshape(latents.shape[:-1])


def _nearest_and_gap(
    vectors: NDArray[np.float32],
    codewords: NDArray[np.float32],
    squares: NDArray[np.float32],
) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Code of the nearest codeword, and how much worse the next one's score is."""
    scores = np.empty((len(vectors), len(codewords)), np.float32)
    factors = -2.0 * codewords.T
    rows = max(1, _ONE_THREAD // factors.size)
    for start in range(0, len(vectors), rows):
        part = slice(start, start + rows)
        np.matmul(vectors[part], factors, out=scores[part])
    scores += squares
    found = np.argmin(scores, axis=1)[:, np.newaxis]
    best = np.take_along_axis(scores, found, 1)
    np.put_along_axis(scores, found, np.inf, 1)
    return found[:, 0], scores.min(axis=1) - best[:, 0]


def codewords_of(
    codemap: NDArray[np.integer[Any]], codebook: NDArray[np.floating[Any]]
) -> NDArray[np.float32]:
    """Codeword of each code: what the decoder sees.

    Args:
        codemap: Integer array of shape `(...)`, in `[0, codebook_size)`.
        codebook: Float array of shape `(codebook_size, codebook_dim)`.

    Returns:
        Float32 array of shape `(..., codebook_dim)`.

    Raises:
        ValueError: If the codebook is not a table, or a code is not one of its rows.

    Example:

    >>> codewords_of(np.array([1, 0]), np.array([[0.0, 0.5], [1.0, 1.5]]))
    array([[1. , 1.5],
           [0. , 0.5]], dtype=float32)
    """
    _check_codebook(codebook)
    check_codes(codemap, len(codebook))
    codewords: NDArray[np.float32] = codebook.astype(np.float32)[codemap]
    return codewords


def check_codes(codes: NDArray[Any], codebook_size: int) -> None:
    """Refuse codes that are not rows of the codebook; a negative one would wrap.

    Args:
        codes: Array of any shape.
        codebook_size: Number of codewords.

    Raises:
        ValueError: If `codes` are not integers in `[0, codebook_size)`.
    """
    if not np.issubdtype(codes.dtype, np.integer):
        raise ValueError(f"Codes must be integers. Received dtype: {codes.dtype}.")
    if codes.size and (codes.min() < 0 or codes.max() >= codebook_size):
        raise ValueError(
            f"Codes must lie in [0, {codebook_size}). "
            f"Received: {codes.min()} to {codes.max()}."
        )


def _check_codebook(codebook: NDArray[np.floating[Any]]) -> None:
    if codebook.ndim != 2 or not len(codebook):
        raise ValueError(
            "codebook must have shape (codebook_size, codebook_dim). "
            f"Received: {codebook.shape}."
        )
