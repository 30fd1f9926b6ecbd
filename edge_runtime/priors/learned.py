"""The prior that has learned: a network that has seen many codemaps."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from edge_runtime.bundle.bundle import Bundle
from edge_runtime.engines.engine import Engine
from edge_runtime.errors import BundleError
from edge_runtime.priors.cell_chance import cell_chances
from edge_runtime.priors.cell_vectors import CellVectors
from edge_runtime.priors.code_draws import drawn_codes, log_softmax
from edge_runtime.priors.code_network import CodeNetwork
from edge_runtime.priors.confidence import left_after, num_passes, surest
from edge_runtime.priors.draw_settings import DrawSettings
from edge_runtime.priors.expected import ExpectedCells, best_guesses, expected_cells
from edge_runtime.priors.hidden_windows import WINDOW_CELLS
from edge_runtime.priors.prior import Prediction, check_codemap


class LearnedPrior:
    """Fills hidden cells with what a network expects there.

    The network is given the codewords of the visible cells and says for each hidden one
    how likely each code is (masked-code prediction: MaskGIT, Chang et al. 2022,
    https://arxiv.org/abs/2202.04200; for sound VampNet, Garcia et al. 2023,
    https://arxiv.org/abs/2307.04686). From there two ways lead on: `repair`, the best
    guess, and `draw`, one of many possible takes. What hidden cells hold is never read,
    and without any visible cell the network still knows what sounds where.

    A codemap of any length is filled in bounded memory, window by window; only windows
    around hidden cells are run. An int8 network gives the same to the bit for any
    windows and threads, a float32 one up to rounding.

    Args:
        network: What says how likely each code is.
        draws: How `fill` draws. Defaults to `None`: it does not, and repairs.
        levels_db: How loud each codeword is, in dB, shape `(codebook_size,)`; a repair
            counts loud ones more. Defaults to `None`: it does not.

    Raises:
        BundleError: If there are not as many levels as codewords.

    Example:

    >>> class Rising:  # a network without a network: the higher, the higher the code
    ...     def predict(self, quantized, visible):
    ...         rows = np.arange(quantized.shape[2])[:, np.newaxis]
    ...         logits = -np.float32(9) * (rows - np.arange(4)) ** 2
    ...         return np.tile(logits.astype(np.float32), (*quantized.shape[:2], 1, 1))
    >>> codebook = np.arange(4, dtype=np.float32)[:, np.newaxis]
    >>> prior = LearnedPrior(CodeNetwork(Rising(), codebook, reach=0))
    >>> codemap, mask = np.zeros((2, 4), np.int32), np.ones((2, 4), np.bool_)
    >>> prior.fill(codemap, mask, seed=0)[0]
    array([0, 1, 2, 3], dtype=int32)
    """

    def __init__(
        self,
        network: CodeNetwork,
        *,
        draws: DrawSettings | None = None,
        levels_db: Sequence[float] | None = None,
    ) -> None:
        self.network = network
        self.draws = draws
        self.codebook_size = len(network.codebook)
        if levels_db is not None and len(levels_db) != self.codebook_size:
            raise BundleError(
                f"The prior knows the levels of {len(levels_db)} codewords, and there "
                f"are {self.codebook_size}. Export it again."
            )
        # Levels that are all the same: nothing is louder than the mean.
        self._levels_db = np.zeros(self.codebook_size)
        if levels_db is not None:
            self._levels_db = np.asarray(levels_db, np.float64)

    @classmethod
    def of_bundle(
        cls,
        bundle: Bundle,
        engine: Engine,
        *,
        draws: DrawSettings | None = None,
        window_cells: int = WINDOW_CELLS,
    ) -> LearnedPrior:
        """The prior of a model.

        Args:
            bundle: Model with a prior.
            engine: What runs it.
            draws: As for the class. Defaults to `None`.
            window_cells: As for `CodeNetwork`. Defaults to `64`.

        Raises:
            BundleError: If the model has none.
        """
        if bundle.prior_reach is None:
            raise BundleError(
                f"Model {bundle.name!r} has no prior of its own. Choose another prior, "
                "or a model that has one."
            )
        network = CodeNetwork(
            engine,
            bundle.codebook,
            bundle.prior_reach,
            window_cells=window_cells,
            inner=engine.predict_inner if bundle.has_inner_prior else None,
        )
        levels = bundle.prior.code_levels_db or None if bundle.prior else None
        return cls(network, draws=draws, levels_db=levels)

    @property
    def reach(self) -> int:
        """Frames of cells beyond the hidden ones that it looks at."""
        return self.network.reach

    def fill(
        self, codemap: NDArray[np.int32], mask: NDArray[np.bool_], *, seed: int
    ) -> NDArray[np.int32]:
        """Codes of the hidden cells: drawn if the prior draws, else the likeliest.

        Args:
            codemap: Int32 array of shape `(map_frames, map_bins)`. Hidden cells may
                hold anything.
            mask: Bool array of the same shape, `True` = hidden.
            seed: Seed of the draws.

        Returns:
            Int32 array of shape `(map_frames, map_bins)`, equal outside the mask.

        Raises:
            ValueError: If the shapes differ or a visible code is not in the codebook.
            BundleError: If the network does not fit the model.
        """
        return self.regenerate(codemap, mask, seed=seed).codemap

    def regenerate(
        self, codemap: NDArray[np.int32], mask: NDArray[np.bool_], *, seed: int
    ) -> Prediction:
        """A draw if the prior draws, else a repair; arguments and errors as `fill`."""
        if self.draws is None:
            return self.repair(codemap, mask)
        return self._drawn(codemap, mask, self.draws, seed)

    def repair(self, codemap: NDArray[np.int32], mask: NDArray[np.bool_]) -> Prediction:
        """The best guess: for each hidden cell the codeword to expect, in one pass.

        A decoder makes the mean of what may be there out of the mean of the codewords,
        where the likeliest code alone would be one extreme of it. Where it is loud, the
        mean is louder than that of decibels, see `best_guesses`.

        Args:
            codemap: As for `fill`.
            mask: As for `fill`.

        Returns:
            The likeliest codes, the lowest of equals; and vectors: those of visible
            cells are their codewords, those of hidden cells a mean of all codewords.

        Raises:
            ValueError: As `fill`.
            BundleError: As `fill`.
        """
        check_codemap(codemap, mask, self.codebook_size)
        codebook = self.network.codebook
        filled = codemap.astype(np.int32, order="C")  # flat views write into it

        def expected() -> Iterator[ExpectedCells]:
            for some in self.network.logits(codemap, mask):
                filled.reshape(-1)[some.cells] = np.argmax(some.logits, axis=1)
                rows = some.cells // mask.shape[1]
                yield from expected_cells(rows, some.logits, codebook, self._levels_db)

        vectors = [np.empty((0, codebook.shape[1]), np.float32)]
        vectors += best_guesses(expected(), len(mask), self.reach)
        own = CellVectors(filled, mask, np.concatenate(vectors), codebook)
        return Prediction(filled, own)

    def draw(
        self, codemap: NDArray[np.int32], mask: NDArray[np.bool_], *, seed: int
    ) -> NDArray[np.int32]:
        """One of many possible takes, filled in several passes.

        In each pass a code is drawn for every cell that is still hidden, and those stay
        of which the network is surest, or that chance prefers; the next pass sees them.
        What is drawn depends on the seed, the cell's place and the pass alone.

        Args:
            codemap: As for `fill`.
            mask: As for `fill`.
            seed: Seed of the draws, from 0 up.

        Returns:
            As `fill`.

        Raises:
            ValueError: As `fill`.
            BundleError: As `fill`.
        """
        return self._drawn(codemap, mask, self.draws or DrawSettings(), seed).codemap

    def _drawn(
        self,
        codemap: NDArray[np.int32],
        mask: NDArray[np.bool_],
        draws: DrawSettings,
        seed: int,
    ) -> Prediction:
        check_codemap(codemap, mask, self.codebook_size)
        moments = [time.perf_counter()]
        filled, left = codemap.astype(np.int32, order="C"), mask.copy()
        hidden = int(mask.sum())
        passes = num_passes(hidden, draws.passes)
        for done in range(1, passes + 1):
            cells = np.flatnonzero(left)
            chances = cell_chances(seed, done, cells, mask.shape[1], count=2)
            codes = np.empty(len(cells), np.int32)
            confidence = np.empty(len(cells))
            first = 0
            for some in self.network.logits(filled, left):
                part = slice(first, first + len(some.cells))
                drawn = drawn_codes(
                    some.logits,
                    chances[part, 0],
                    temperature=draws.temperature,
                    top_p=draws.top_p,
                )
                codes[part], confidence[part] = drawn.codes, drawn.confidence
                first = part.stop
            count = len(cells) - left_after(done, passes, hidden)
            noise = draws.noise * (1.0 - done / passes)
            chosen = surest(confidence, chances[:, 1], count, noise=noise)
            filled.reshape(-1)[cells[chosen]] = codes[chosen]
            left.reshape(-1)[cells[chosen]] = False
            moments.append(time.perf_counter())
        seconds = tuple(np.diff(moments).tolist())
        return Prediction(filled, pass_seconds=seconds)

    def log_probabilities(
        self, codemap: NDArray[np.int32], mask: NDArray[np.bool_]
    ) -> NDArray[np.float32]:
        """Log probability of every code in each hidden cell, from one pass.

        All hidden cells are predicted from the visible ones alone. The chain rule would
        let a cell use those before it, but this network has no order of its own and
        would have to run once per cell; so the bits of a hole are an upper bound of
        what it could tell cell by cell. Temperatures do not count here.

        Args:
            codemap: As for `fill`.
            mask: As for `fill`.

        Returns:
            Float32 array of shape `(hidden, codebook_size)`, natural logs, hidden cells
            in raster order.

        Raises:
            ValueError: As `fill`.
            BundleError: As `fill`.
        """
        check_codemap(codemap, mask, self.codebook_size)
        rows = [np.empty((0, self.codebook_size), np.float32)]
        for some in self.network.logits(codemap, mask):
            rows.append(log_softmax(some.logits).astype(np.float32))
        return np.concatenate(rows)
