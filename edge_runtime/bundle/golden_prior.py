"""The self-test of a prior: some of the logits that it gives for the golden codemap.

Logits are a codebook's size of numbers a cell: of `general` all of one frame took
36 kB of the file, these take 2.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_runtime.bundle.codebook import codewords_of
from edge_runtime.errors import BundleError

# A prime: so from cell to cell other codes are taken, and each cell and, in time, each
# code.
LOGITS_STEP = 31
_EARLIER = ("prior_quantized", "prior_visible", "prior_logits")  # before 0.3


def golden_prior_inputs(
    codemap: NDArray[np.int32], codebook: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """What a prior is asked in its self-test: every second cell of a codemap is hidden.

    Args:
        codemap: Codes, `(1, map_frames, map_bins)`.
        codebook: Codewords, `(codebook_size, codebook_dim)`.

    Returns:
        Arguments of `Engine.predict`.

    Example:

    >>> codemap = np.array([[[1, 1, 1], [0, 0, 0]]], np.int32)
    >>> quantized, visible = golden_prior_inputs(codemap, np.float32([[5], [7]]))
    >>> quantized[0, :, :, 0].tolist()
    [[7.0, 0.0, 7.0], [0.0, 5.0, 0.0]]
    """
    _, frames, bins = np.indices(codemap.shape)
    visible = ((frames + bins) % 2 == 0)[..., np.newaxis].astype(np.float32)
    return codewords_of(codemap, codebook) * visible, visible


def logits_sample(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """The logits that a bundle records of all that its prior gives, `(count,)`."""
    return logits.reshape(-1)[::LOGITS_STEP].copy()


def asked_and_recorded(
    golden: Mapping[str, NDArray[Any]], codebook: NDArray[np.float32]
) -> tuple[tuple[NDArray[np.float32], NDArray[np.float32]], NDArray[np.float32]] | None:
    """What the prior of a bundle is asked in its self-test, and what it must give.

    Args:
        golden: Golden arrays of any bundle; those of before 0.3 bring inputs of their
            own, and all logits.
        codebook: Its codewords.

    Returns:
        Arguments of `Engine.predict`, and the logits: all, or what `logits_sample`
        takes of them. `None` if none are recorded.
    """
    if "prior_logits_sample" in golden:
        inputs = golden_prior_inputs(golden["codemap"], codebook)
        return inputs, golden["prior_logits_sample"]
    if "prior_logits" in golden:
        inputs = golden["prior_quantized"], golden["prior_visible"]
        return inputs, golden["prior_logits"]
    return None


def check_golden_prior(
    metadata: Mapping[str, Any], golden: Mapping[str, NDArray[Any]]
) -> None:
    """Refuse a recorded self-test of a prior that is not whole, or of another size.

    Args:
        metadata: Fields that `check_metadata` lets pass.
        golden: Golden arrays, of before 0.3 or not.

    Raises:
        BundleError: If some of its arrays are there and others not, or they do not fit
            the codebook or the golden codemap.
    """
    if "prior_logits_sample" in golden:
        _check_sample(metadata["codebook_size"], golden)
    given = [name for name in _EARLIER if name in golden]
    if not given:
        return
    missing = [name for name in _EARLIER if name not in golden]
    if missing:
        raise BundleError(
            f"A golden prior also needs the arrays {', '.join(missing)}. Export again."
        )
    sizes = metadata["codebook_dim"], 1, metadata["codebook_size"]
    for name, size in zip(_EARLIER, sizes, strict=True):
        wanted = (*golden["prior_visible"].shape[:3], size)
        if golden[name].shape != wanted:
            raise BundleError(
                f"Golden {name} must have shape {wanted}. "
                f"Received: {golden[name].shape}."
            )


def _check_sample(codebook_size: int, golden: Mapping[str, NDArray[Any]]) -> None:
    codemap, sample = golden["codemap"], golden["prior_logits_sample"]
    if (
        codemap.ndim != 3
        or not np.issubdtype(codemap.dtype, np.integer)
        or not codemap.size
        or codemap.min() < 0
        or codemap.max() >= codebook_size
    ):
        raise BundleError(
            f"A golden codemap must hold codes below {codebook_size} on three axes."
        )
    wanted = (-(-codemap.size * codebook_size // LOGITS_STEP),)
    if sample.shape != wanted:
        raise BundleError(
            f"Golden prior_logits_sample must have shape {wanted}. "
            f"Received: {sample.shape}."
        )
