"""Evaluation of inpainting: code accuracy, bits per code, error and seam in holes."""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from edge_runtime.priors.choice import PriorChoice, make_prior
from edge_runtime.priors.prior import Prior, ProbabilisticPrior, regenerated
from edge_runtime.spectrogram.distance import lsd_db
from edge_runtime.spectrogram.features import magnitude_db_of
from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras.datasets.example_blocks import evenly_spaced, example_blocks
from vqkeras.datasets.split import Split
from vqkeras.evaluation.code_bits import bits_of
from vqkeras.evaluation.hole_baselines import copied_frame, interpolated
from vqkeras.evaluation.holes import KINDS, SIZES, Hole, make_holes, pixel_mask
from vqkeras.evaluation.measures import code_counts, seam_db, sounding_cells
from vqkeras.presets.preset import Preset
from vqkeras.priors.network import learned_prior
from vqkeras.run_codec import RunCodec

PRIORS = {
    "naive_bayes": PriorChoice("naive_bayes", neighbourhood="both"),
    "naive_bayes_time": PriorChoice("naive_bayes", neighbourhood="time"),
    "marginal": PriorChoice("marginal"),
}
METHODS = (
    *("original", "true_codes"),
    *PRIORS,
    "learned",
    *("copy_last_frame", "linear_interpolation"),
)
# Examples with holes: nine holes each, filled in several ways, tell enough.
EXAMPLES = 64
# Training examples whose codes are counted for the marginal.
MARGINAL_EXAMPLES = 1_000
# A method, and the hole that it filled; none where nothing was hidden.
_Filled: TypeAlias = tuple[str, Hole | None]


def evaluate_inpainting(
    run: Any, split: Split, *, limit: int | None = None, seed: int = 0
) -> list[dict[str, Any]]:
    """Hide parts of codemaps, fill them in several ways and compare with the truth.

    Only what is hidden is judged: outside the hole everything is the original.

    Args:
        run: A `Run` or `Preset` of sound.
        split: What to hide parts of.
        limit: At most this many examples, 64 at most. Defaults to 64.
        seed: Of the holes and of the priors' draws. Defaults to `0`.

    Returns:
        One row per `hole` (`"box"`, `"gap"`, `"band"`), `size` (`"small"`, `"medium"`,
        `"large"`) and `method`, with means of those of these that the method has:
        `bits_per_code`, `code_accuracy` and `code_accuracy_sounding` over all hidden
        codes; `lsd_db` in the hole and `seam_db` across its border over all holes. The
        method `original` is the sound itself, for the seam it has anyway; `true_codes`
        is what the model makes of the right codes, the best a prior can reach;
        `naive_bayes` looks all around, `naive_bayes_time` along time; `learned` is the
        best guess of a preset's own prior.
    """
    codec = RunCodec(run)
    priors = _priors(codec, run.dataset.train)
    if isinstance(run, Preset) and run.prior is not None:
        priors["learned"] = learned_prior(run.prior)
    places = evenly_spaced(len(split), min(limit or EXAMPLES, EXAMPLES))
    map_shape = codec.silence.shape
    holes = make_holes(len(places), map_shape, kinds=KINDS, seed=seed)
    rows: defaultdict[tuple[str, str, str], _Row] = defaultdict(_Row)
    for number, place in enumerate(places):
        example = split[place]
        its_holes = [hole for hole in holes if hole.example == number]
        _evaluate_example(codec, example, its_holes, priors, rows, seed)
    return [
        {
            "hole": kind,
            "size": size,
            "method": method,
            **rows[kind, size, method].means(),
        }
        for kind, size, method in itertools.product(KINDS, SIZES, METHODS)
        if (kind, size, method) in rows
    ]


class _Row:
    """Values of one method on one kind of hole: single ones, to be averaged."""

    def __init__(self) -> None:
        self._values: defaultdict[str, list[NDArray[Any]]] = defaultdict(list)

    def add(self, name: str, values: NDArray[Any] | float) -> None:
        self._values[name].append(np.atleast_1d(values))

    def means(self) -> dict[str, float]:
        means = {}
        for name, parts in self._values.items():
            values = np.concatenate(parts)
            finite = values[np.isfinite(values)]
            if finite.size:
                means[name] = float(finite.mean(dtype=np.float64))
        return means


@dataclass(frozen=True, eq=False)
class _CountedCodes:
    """How often a run uses its codes."""

    codebook_size: int
    marginal: NDArray[np.int64]


def _priors(codec: RunCodec, train: Split) -> dict[str, ProbabilisticPrior]:
    """The prior of each method that predicts codes."""
    size = codec.run.model.quantizer.codebook_size
    counts = np.zeros(size, np.int64)
    for examples in example_blocks(train, MARGINAL_EXAMPLES):
        counts += code_counts(codec.encode(examples), size)
    codes = _CountedCodes(size, counts)
    return {
        name: _probabilistic(make_prior(codes, None, choice))
        for name, choice in PRIORS.items()
    }


def _probabilistic(prior: Prior) -> ProbabilisticPrior:
    if not isinstance(prior, ProbabilisticPrior):
        raise TypeError(f"{type(prior).__name__} has no log_probabilities.")
    return prior


def _evaluate_example(
    codec: RunCodec,
    example: NDArray[np.float32],
    holes: list[Hole],
    priors: dict[str, ProbabilisticPrior],
    rows: dict[tuple[str, str, str], _Row],
    seed: int,
) -> None:
    settings = codec.run.settings
    level = magnitude_db_of(example, settings)
    codemap = codec.encode(example[np.newaxis])[0]
    is_heard = sounding_cells(level, *codec.strides)
    filled: dict[_Filled, NDArray[np.float32]] = {}
    filled["true_codes", None] = codec.codewords_of(codemap)
    for hole in holes:
        mask = hole.mask
        # Nothing may depend on the codes that are hidden.
        visible = np.where(mask, 0, codemap).astype(np.int32)
        for method, prior in priors.items():
            row = rows[hole.kind, hole.size, method]
            found = regenerated(prior, visible, mask, seed=seed)
            is_right = found.codemap[mask] == codemap[mask]
            row.add("code_accuracy", is_right)
            row.add("code_accuracy_sounding", is_right[is_heard[mask]])
            row.add("bits_per_code", bits_of(prior, codemap, mask))
            filled[method, hole] = (
                codec.codewords_of(found.codemap)
                if found.vectors is None
                else found.vectors[:]
            )
    levels = _levels_of(codec, filled, settings)
    for hole in holes:
        mask = pixel_mask(codec, hole.mask)
        inside = {
            "original": level,
            "true_codes": levels["true_codes", None],
            **{method: levels[method, hole] for method in priors},
            "copy_last_frame": copied_frame(level, mask),
            "linear_interpolation": interpolated(level, mask),
        }
        for method, values in inside.items():
            row = rows[hole.kind, hole.size, method]
            output = np.where(mask, values, level)
            row.add("lsd_db", lsd_db(level, output, mask))
            row.add("seam_db", seam_db(output, mask))


def _levels_of(
    codec: RunCodec,
    filled: dict[_Filled, NDArray[np.float32]],
    settings: SpectrogramSettings,
) -> dict[_Filled, NDArray[np.float32]]:
    """Decibels of decoded vectors."""
    decoded = codec.decode_vectors(np.stack(list(filled.values())))
    return {
        key: magnitude_db_of(spectrogram, settings)
        for key, spectrogram in zip(filled, decoded, strict=True)
    }
