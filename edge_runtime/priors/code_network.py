"""The network behind a learned prior: logits of hidden cells, from visible ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from edge_runtime.bundle.codebook import codewords_of
from edge_runtime.errors import BundleError
from edge_runtime.priors.hidden_windows import WINDOW_CELLS, Window, hidden_windows


class Predicting(Protocol):
    """What runs the network; an `Engine` does."""

    def predict(
        self, quantized: NDArray[np.float32], visible: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """Logits of all cells, as `Engine.predict` says."""
        ...


_Predict = Callable[[NDArray[np.float32], NDArray[np.float32]], NDArray[np.float32]]


@dataclass(frozen=True, eq=False)
class HiddenLogits:
    """What a network says about some hidden cells.

    Attributes:
        cells: Int array of shape `(hidden,)`: their numbers, counted frame by frame.
        logits: Float32 array of shape `(hidden, codebook_size)`.
    """

    cells: NDArray[np.intp]
    logits: NDArray[np.float32]


class CodeNetwork:
    """Runs a prior's network on a codemap of any length, in bounded memory.

    Args:
        engine: What runs it.
        codebook: Float32 array of shape `(codebook_size, codebook_dim)`.
        reach: Frames of cells, to each side, that the logits of a cell depend on.
        window_cells: Frames of cells that are asked about at once. The logits of an
            int8 network are the same for any number of them, to the bit. Defaults to
            `64`.
        inner: What gives the same logits without `reach` frames at both ends, in less
            time, as `Engine.predict_inner` does. Defaults to `None`: nothing.

    Attributes:
        reach: As given.
    """

    def __init__(
        self,
        engine: Predicting,
        codebook: NDArray[np.float32],
        reach: int,
        *,
        window_cells: int = WINDOW_CELLS,
        inner: _Predict | None = None,
    ) -> None:
        self.codebook = codebook
        self.reach = reach
        self._engine, self._cells = engine, window_cells
        self._inner = inner

    def logits(
        self, codemap: NDArray[np.int32], mask: NDArray[np.bool_]
    ) -> Iterator[HiddenLogits]:
        """Logits of every hidden cell, a window of them at a time.

        Args:
            codemap: Int32 array of shape `(map_frames, map_bins)`; what hidden cells
                hold is not read.
            mask: Bool array of the same shape, `True` = hidden.

        Yields:
            Cells in raster order, each once.

        Raises:
            BundleError: If the network cannot take this shape, gives another than it
                should, or NaN.
        """
        for window in hidden_windows(mask, self.reach, cells=self._cells):
            yield self._of_window(codemap, mask, window)

    def _of_window(
        self, codemap: NDArray[np.int32], mask: NDArray[np.bool_], window: Window
    ) -> HiddenLogits:
        part = slice(window.seen.start, window.seen.stop)
        hidden = mask[part]
        # Whatever a hidden cell holds: its codeword counts nothing.
        quantized = codewords_of(np.where(hidden, 0, codemap[part]), self.codebook)
        quantized[hidden] = 0.0
        visible = (~hidden).astype(np.float32)[..., np.newaxis]
        first, last = window.wanted.start, window.wanted.stop
        inside = slice(first - window.seen.start, last - window.seen.start)
        # At the ends of a sound there is less to be seen than elsewhere.
        is_inner = inside == slice(self.reach, len(hidden) - self.reach)
        inputs = quantized[np.newaxis], visible[np.newaxis]
        if is_inner and self._inner is not None:
            logits, given = self._inner(*inputs), inside
        else:
            logits, given = self._engine.predict(*inputs), slice(0, len(hidden))
        expected = (1, *hidden[given].shape, len(self.codebook))
        if logits.shape != expected:
            raise BundleError(
                f"The model's prior must give logits of shape {expected}. "
                f"Received: {logits.shape}."
            )
        asked = hidden.copy()
        asked[: inside.start] = asked[inside.stop :] = False
        wanted = logits[0][asked[given]]
        if np.isnan(wanted).any():
            raise BundleError("The model's prior gives logits that are NaN.")
        return HiddenLogits(
            np.flatnonzero(mask[first:last]) + first * mask.shape[1], wanted
        )
