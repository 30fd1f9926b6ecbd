"""The study of naive Bayes (section 5.2): every variant beside what it has to beat."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_runtime.priors.marginal import MarginalPrior
from edge_runtime.priors.naive_bayes import NaiveBayesPrior
from edge_runtime.priors.neighbourhood import AUTO, NEIGHBOURHOODS
from edge_runtime.priors.prior import Prior
from vqkeras.datasets.example_blocks import evenly_spaced
from vqkeras.datasets.progress import progress
from vqkeras.datasets.split import Split
from vqkeras.evaluation.hole_baselines import (
    NearestCodePrior,
    copied_frame,
    interpolated,
)
from vqkeras.evaluation.holes import make_holes
from vqkeras.evaluation.measures import code_counts
from vqkeras.reproduce.hole_scores import (
    Task,
    code_error,
    hits,
    mean_over,
    picture_error,
)
from vqkeras.reproduce.plan import BayesPlan
from vqkeras.reproduce.prediction_gain import gain_over_marginal
from vqkeras.run_codec import RunCodec, examples_of

ORDERS = ("independent", "autoregressive")
PREDICTIONS = ("argmax", "sample")
# That of the edge runtime, when nothing is said.
RADIUS = 2
MARGINAL_WEIGHTS = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9)
_HOLES_SEED, _TUNING_SEED, _FILL_SEED = 0, 1, 0


def naive_bayes_study(
    codec: RunCodec, plan: BayesPlan, *, examples: int, kinds: Sequence[str]
) -> dict[str, Any]:
    """Fill holes of test examples with every variant and every baseline.

    Args:
        codec: The model; its run gives the data.
        plan: How much of it.
        examples: Test examples with holes in them, at most.
        kinds: Kinds of holes.

    Returns:
        `variants` and `baselines`: lists of rows; `default`: the row of what the edge
        runtime does when nothing is said; `historical`: the same, but averaging code
        numbers as the paper's program did; `gain`: how the default compares with the
        marginal; and what they were measured on.
    """
    dataset = codec.run.dataset
    task = _task(codec, dataset.test, examples, kinds, _HOLES_SEED)
    learned = codec.encode(
        examples_of(
            dataset.train, evenly_spaced(len(dataset.train), plan.training_examples)
        )
    )
    marginal = code_counts(learned, len(codec.codebook))
    tuning = _task(codec, dataset.train, plan.tuning_examples, kinds, _TUNING_SEED)
    variants = list(_variants(task, tuning, marginal, plan.radii))
    unless_told = partial(
        NaiveBayesPrior,
        len(marginal),
        radius=RADIUS,
        neighbourhood=AUTO,
        marginal=marginal,
    )
    default, averaging = unless_told(), unless_told(predict="mean_code")
    return {
        "data": dataset.name,
        "examples": len(task.examples),
        "holes": len(task.holes),
        "hidden_codes": int(sum(hole.mask.sum() for hole in task.holes)),
        "sounding_share": float(np.concatenate(task.sounding).mean()),
        "codebook_size": len(codec.codebook),
        "map_shape": list(codec.silence.shape),
        "error_unit": "dB" if codec.run.config.spectrogram else "mse",
        "variants": variants,
        "default": _row(task, default) | _best_bits(task, tuning, default),
        "historical": _row(task, averaging),
        "baselines": list(_baselines(task, marginal)),
        "gain": gain_over_marginal(task, default, marginal),
    }


def _task(
    codec: RunCodec, split: Split, limit: int, kinds: Sequence[str], seed: int
) -> Task:
    examples = examples_of(split, evenly_spaced(len(split), limit))
    codemaps = codec.encode(examples)
    shape = codemaps.shape[1], codemaps.shape[2]
    return Task(
        codec,
        examples,
        codemaps,
        make_holes(len(examples), shape, kinds=kinds, seed=seed),
    )


def _variants(
    task: Task, tuning: Task, marginal: NDArray[np.int64], radii: Sequence[int]
) -> Iterator[dict[str, Any]]:
    settings = list(itertools.product(NEIGHBOURHOODS, ORDERS, radii))
    with progress(len(settings), "naive Bayes") as advance:
        for neighbourhood, order, radius in settings:
            setting = {
                "radius": radius,
                "neighbourhood": neighbourhood,
                "order": order,
            }
            variant = partial(
                NaiveBayesPrior,
                len(marginal),
                radius=radius,
                neighbourhood=neighbourhood,
                order=order,
                marginal=marginal,
            )
            bits = _best_bits(task, tuning, variant())
            for predict in PREDICTIONS:
                row = _row(task, variant(predict=predict))
                yield {**setting, "predict": predict, **row, **bits}
            advance(1)


def _baselines(task: Task, marginal: NDArray[np.int64]) -> Iterator[dict[str, Any]]:
    commonest = MarginalPrior(marginal)
    bits = {"bits_per_code": _bits_of(task, commonest.log_probabilities)}
    yield {"name": "marginal", "predict": "argmax", **_row(task, commonest), **bits}
    sampled = MarginalPrior(marginal, predict="sample")
    yield {"name": "marginal", "predict": "sample", **_row(task, sampled), **bits}
    yield {"name": "nearest_code", **_row(task, NearestCodePrior(len(marginal)))}
    for name, fill in (
        ("copied_frame", copied_frame),
        ("interpolated", interpolated),
    ):
        yield {"name": name, **_error(task, picture_error(task, fill))}
    own = [task.codemaps[hole.example] for hole in task.holes]
    yield {"name": "own_codes", **_error(task, code_error(task, own))}


def _row(task: Task, prior: Prior) -> dict[str, Any]:
    """Everything that a filled codemap is judged by."""
    filled = [
        prior.fill(task.codemaps[hole.example], hole.mask, seed=_FILL_SEED + index)
        for index, hole in enumerate(task.holes)
    ]
    right = hits(task, filled)
    sounding = np.concatenate(task.sounding)
    return {
        "code_accuracy": float(np.concatenate(right).mean()),
        "code_accuracy_sounding": float(np.concatenate(right)[sounding].mean()),
        **_error(task, code_error(task, filled)),
    }


def _error(task: Task, errors: list[float]) -> dict[str, Any]:
    """Error over all holes, by the number of their cells, and by kind and size."""
    cells = np.array([hole.mask.sum() for hole in task.holes])
    groups: dict[str, list[int]] = {}
    for index, hole in enumerate(task.holes):
        groups.setdefault(f"{hole.size} {hole.kind}", []).append(index)
    return {
        "error": mean_over(errors, cells),
        "error_by_hole": {
            name: float(np.mean([errors[index] for index in indices]))
            for name, indices in groups.items()
        },
    }


def _best_bits(task: Task, tuning: Task, prior: NaiveBayesPrior) -> dict[str, float]:
    """Bits with the share of the marginal that costs least in training."""
    weight = min(MARGINAL_WEIGHTS, key=lambda each: _bits(tuning, prior, each))
    return {"bits_per_code": _bits(task, prior, weight), "marginal_weight": weight}


def _bits(task: Task, prior: NaiveBayesPrior, weight: float) -> float:
    return _bits_of(
        task,
        lambda codemap, mask: prior.log_probabilities(
            codemap, mask, marginal_weight=weight
        ),
    )


def _bits_of(
    task: Task, log_probabilities: Callable[..., NDArray[np.float32]]
) -> float:
    """Mean of -log2 of what the true codes were given."""
    bits = [
        -log_probabilities(task.codemaps[hole.example], hole.mask)[
            np.arange(len(truth)), truth
        ]
        / np.log(2.0)
        for hole, truth in zip(task.holes, task.truth, strict=True)
    ]
    return float(np.concatenate(bits).mean())
