"""A prior that goes on learning, with the spectrogram of visible cells or without."""

from __future__ import annotations

import logging
import time
from itertools import islice
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from vqkeras.evaluation.condition_crops import Crops, training_crops
from vqkeras.evaluation.condition_gain import hidden_sums, means_of
from vqkeras.evaluation.conditioned_prior import ConditionedPrior
from vqkeras.evaluation.unsaid import Unsaid
from vqkeras.priors.fine_tuning import PRIOR_RATE_SHARE
from vqkeras.priors.masks import drawn_masks

_log = logging.getLogger(__name__)

# How often a training is looked at.
LOOKS = 3
# Holes that each validation clip is judged with; the first is that of `train_prior`.
ROUNDS = 4
_JUDGED = 16


def gone_on(
    preset: Any,
    unsaid: Unsaid,
    judged: Crops,
    *,
    sees_spectrogram: bool,
    steps: int,
    fields: dict[str, Any],
    seed: int,
) -> dict[str, Any]:
    """Let the prior of a preset go on learning.

    Args:
        preset: A `Preset` of sounds with a prior, which stays as it is.
        unsaid: Tells what codes leave unsaid.
        judged: What the learning is watched on.
        sees_spectrogram: Whether the network is told that; else it is told zeros.
        steps: Batches, a multiple of 3.
        fields: How the prior was trained, as of `prior_fields`.
        seed: Of crops and holes.

    Returns:
        `minutes` of learning, and `sums`: those of `hidden_sums` over all holes of each
        clip, before it and after each third of the steps.
    """

    def known_of(crops: Crops) -> NDArray[np.float32]:
        known = unsaid(crops.codemap, crops.values)
        return known if sees_spectrogram else np.zeros_like(known)

    keras.utils.set_random_seed(seed)
    training = fields["training"]
    prior = ConditionedPrior(
        preset.prior,
        judged.values.shape[-1],
        steps=steps,
        learning_rate=PRIOR_RATE_SHARE * training["learning_rate"],
        weight_decay=fields["weight_decay"],
    )
    batches = training_crops(
        preset,
        batch_size=training["batch_size"],
        crop_cells=fields["crop_cells"],
        seed=seed,
    )
    judged_known = known_of(judged)
    sums, seconds = [_judged_sums(prior, judged, judged_known, seed)], 0.0
    for _ in range(LOOKS):
        start = time.perf_counter()
        for crops, hidden in islice(batches, steps // LOOKS):
            prior.learn(crops.codemap, hidden, known_of(crops))
        seconds += time.perf_counter() - start
        sums.append(_judged_sums(prior, judged, judged_known, seed))
        _log.info("%.3f bits a hidden code", means_of(sums[-1])["bits"])
    return {"minutes": seconds / 60.0, "sums": [each.tolist() for each in sums]}


def _judged_sums(
    prior: ConditionedPrior, judged: Crops, known: NDArray[np.float32], seed: int
) -> NDArray[np.float64]:
    """Sums of `hidden_sums` over all holes, for each clip."""
    sums = np.zeros((len(known), 4))
    count, length, bins = judged.codemap.shape
    for number in range(ROUNDS):
        rng = np.random.default_rng(seed + number)
        masks = drawn_masks(count, length, bins, rng)
        for start in range(0, len(known), _JUDGED):
            part = slice(start, start + _JUDGED)
            bits = prior.hidden_bits(judged.codemap[part], masks[part], known[part])
            sums[part] += hidden_sums(np.asarray(bits), masks[part])
    return sums
