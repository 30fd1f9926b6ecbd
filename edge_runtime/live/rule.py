"""The rule of stream mode: which cells to regenerate, and with which codes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from edge_runtime.bundle.bundle import Bundle
from edge_runtime.errors import UsageError
from edge_runtime.live.parameters import LiveParameters
from edge_runtime.priors.prior import Prior
from edge_runtime.priors.temperature import at_temperature
from edge_runtime.spectrogram.region import Region
from edge_runtime.spectrogram.region_masks import cell_mask

# Columns of what was played that a prior sees: enough for the default radius of naive
# Bayes, 2, and for a learned prior as far as it takes single steps. It learned from
# pieces of sounds and knows their ends; more columns would cost more than they tell.
CONTEXT, LEARNED_CONTEXT = 4, 8


class StreamRule:
    """Chooses cells of each column of the codemap and gives them new codes.

    Columns are decided one by one, in order, from their number and the seed, never
    from the clock. The prior sees the column's other cells and the codes of what was
    *played* before, not of what was made of it: the effect never feeds on itself.

    Args:
        bundle: Model of sounds.
        priors: The priors to choose from, by name.

    Attributes:
        context: Columns before one that deciding it may look at.
    """

    def __init__(self, bundle: Bundle, priors: Mapping[str, Prior]) -> None:
        self._bundle = bundle
        self._priors = priors
        self.context = max(map(_context_of, priors), default=CONTEXT)
        self._frozen: NDArray[np.int32] | None = None
        self._band = lru_cache(maxsize=8)(self._band_of)

    def hidden(
        self, column: int, parameters: LiveParameters
    ) -> NDArray[np.bool_] | None:
        """Cells of a column to regenerate, shape `(map_bins,)`; `None` if none.

        Raises:
            UsageError: If the band lies above what the model hears.
        """
        if parameters.changes_nothing:
            return None
        band = self._band(parameters.low_hz, parameters.high_hz)
        draws = _generator(parameters, column).random(len(band))
        hidden: NDArray[np.bool_] = band & (draws < parameters.density)
        return hidden if hidden.any() else None

    def fill(
        self,
        column: int,
        hidden: NDArray[np.bool_],
        codes_at: Callable[[int], NDArray[np.int32]],
        parameters: LiveParameters,
    ) -> NDArray[np.int32]:
        """New codes of a column, shape `(map_bins,)`, equal outside `hidden`.

        Args:
            column: Its number.
            hidden: Cells to regenerate.
            codes_at: Codes of what was played in a column, this one or earlier.
            parameters: Which prior and temperature, or whether the codes are frozen.

        Raises:
            UsageError: If there is no prior of that name.
        """
        if parameters.freeze:
            if self._frozen is None:
                self._frozen = codes_at(column)
            held: NDArray[np.int32] = np.where(hidden, self._frozen, codes_at(column))
            return held
        numbers = range(column - _context_of(parameters.prior), column + 1)
        codemap = np.stack([codes_at(number) for number in numbers])
        mask = np.zeros(codemap.shape, np.bool_)
        mask[-1] = hidden
        seed = int(_generator(parameters, column).integers(2**31))
        prior = at_temperature(self._prior(parameters.prior), parameters.temperature)
        filled = prior.fill(codemap, mask, seed=seed)
        codes: NDArray[np.int32] = filled[-1]
        return codes

    def thaw(self, parameters: LiveParameters) -> None:
        """Forget the frozen codes once freezing is switched off."""
        if not parameters.freeze:
            self._frozen = None

    def check(self, parameters: LiveParameters) -> None:
        """Refuse parameters that this model and these priors cannot serve.

        Raises:
            UsageError: If the prior or the band do not exist.
        """
        self._prior(parameters.prior)
        self._band(parameters.low_hz, parameters.high_hz)

    def _prior(self, name: str) -> Prior:
        if name not in self._priors:
            raise UsageError(
                f"Unknown prior {name!r}. Expected one of "
                f"{', '.join(sorted(self._priors))}."
            )
        return self._priors[name]

    def _band_of(self, low_hz: float, high_hz: float) -> NDArray[np.bool_]:
        bundle = self._bundle
        settings = bundle.settings
        nyquist = settings.sample_rate / 2
        if low_hz >= nyquist:
            raise UsageError(
                f"The band begins at {low_hz:g} Hz; the model hears nothing above "
                f"{nyquist:g} Hz."
            )
        # Any moment will do: the band is the same at all times.
        region = Region(0.0, 1.0, low_hz, min(high_hz, nyquist))
        map_bins = settings.num_bins // bundle.freq_stride
        strides = bundle.time_stride, bundle.freq_stride
        band: NDArray[np.bool_] = cell_mask(region, settings, 1, map_bins, *strides)[0]
        return band


def _context_of(prior: str) -> int:
    return LEARNED_CONTEXT if prior == "learned" else CONTEXT


def _generator(parameters: LiveParameters, column: int) -> np.random.Generator:
    return np.random.default_rng((parameters.seed, column))
