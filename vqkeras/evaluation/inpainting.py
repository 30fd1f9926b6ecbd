"""Evaluation of inpainting: code accuracy, bits per code, error and seam in holes."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
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
from vqkeras.evaluation.kinds import has_kinds
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
# In a row of a kind of sound: of every size.
ALL_SIZES = "all"
# A method, and the hole that it filled; none where nothing was hidden.
_Filled: TypeAlias = tuple[str, Hole | None]
# A kind of hole, a size or a kind of sound, a method.
_Key: TypeAlias = tuple[str, str, str]


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
        `"large"`) and `method`; of data that has kinds of sound then one per `hole`,
        `kind` and `method`, with `size` `"all"` and the `num_examples` of the kind. All
        with means of those of these that the method has: `bits_per_code`,
        `code_accuracy` and `code_accuracy_sounding` over all hidden codes; `lsd_db` in
        the hole and `seam_db` across its border over all holes. The method `original`
        is the sound itself, for the seam it has anyway; `true_codes` is what the model
        makes of the right codes, the best a prior can reach; `naive_bayes` looks all
        around, `naive_bayes_time` along time; `learned` is the best guess of a preset's
        own prior.
    """
    codec = RunCodec(run)
    priors = _priors(codec, run.dataset.train)
    if isinstance(run, Preset) and run.prior is not None:
        priors["learned"] = learned_prior(run.prior)
    places = evenly_spaced(len(split), min(limit or EXAMPLES, EXAMPLES))
    map_shape = codec.silence.shape
    holes = make_holes(len(places), map_shape, kinds=KINDS, seed=seed)
    by_size, by_kind = _Values(), _Values()
    sounds = Counter[str]()
    for number, place in enumerate(places):
        its_holes = [hole for hole in holes if hole.example == number]
        into = [(by_size, None)]
        if has_kinds(split):
            kind = split.metadata[place]["kind"]
            sounds[kind] += 1
            into.append((by_kind, kind))
        for hole, method, measured in _measured(
            codec, split[place], its_holes, priors, seed
        ):
            for values, group in into:
                values.add((hole.kind, group or hole.size, method), measured)
    sized = [
        {"hole": hole, "size": size, "method": method, **means}
        for (hole, size, method), means in by_size.means(SIZES)
    ]
    kinds = [
        {
            **{"hole": hole, "size": ALL_SIZES, "kind": kind, "method": method},
            "num_examples": sounds[kind],
            **means,
        }
        for (hole, kind, method), means in by_kind.means(sorted(sounds))
    ]
    return sized + kinds


class _Values:
    """Values of methods on groups of holes: single ones, to be averaged."""

    def __init__(self) -> None:
        # Of a kind of hole, a group of these and a method, each measure's values.
        self._values: defaultdict[_Key, defaultdict[str, list[NDArray[Any]]]]
        self._values = defaultdict(lambda: defaultdict(list))

    def add(self, key: _Key, measured: dict[str, NDArray[Any] | float]) -> None:
        for name, values in measured.items():
            self._values[key][name].append(np.atleast_1d(values))

    def means(self, groups: Iterable[str]) -> Iterator[tuple[_Key, dict[str, float]]]:
        for key in itertools.product(KINDS, groups, METHODS):
            if key in self._values:
                yield key, dict(_means(self._values[key]))


def _means(of: dict[str, list[NDArray[Any]]]) -> Iterator[tuple[str, float]]:
    for name, parts in of.items():
        values = np.concatenate(parts)
        finite = values[np.isfinite(values)]
        if finite.size:
            yield name, float(finite.mean(dtype=np.float64))


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


def _measured(
    codec: RunCodec,
    example: NDArray[np.float32],
    holes: list[Hole],
    priors: dict[str, ProbabilisticPrior],
    seed: int,
) -> Iterator[tuple[Hole, str, dict[str, NDArray[Any] | float]]]:
    """What every method makes of the holes of one example, one by one."""
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
            found = regenerated(prior, visible, mask, seed=seed)
            is_right = found.codemap[mask] == codemap[mask]
            of_codes: dict[str, NDArray[Any] | float] = {
                "code_accuracy": is_right,
                "code_accuracy_sounding": is_right[is_heard[mask]],
                "bits_per_code": bits_of(prior, codemap, mask),
            }
            yield hole, method, of_codes
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
            output = np.where(mask, values, level)
            yield (
                hole,
                method,
                {
                    "lsd_db": lsd_db(level, output, mask),
                    "seam_db": seam_db(output, mask),
                },
            )


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
