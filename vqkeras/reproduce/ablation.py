"""Ablation of the quantizer: what each part of section 2.5 brings, at equal steps."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from edge_runtime.errors import UsageError
from vqkeras.config import Config
from vqkeras.datasets.dataset import Dataset
from vqkeras.datasets.example_blocks import evenly_spaced
from vqkeras.datasets.split import Split
from vqkeras.evaluation.measures import codebook_usage, perplexity
from vqkeras.evaluation.reconstruction_error import ReconstructionError
from vqkeras.model.model_config import ModelConfig
from vqkeras.model.residual_architecture import ResidualArchitecture
from vqkeras.reproduce.plan import AblationPlan
from vqkeras.run_codec import examples_of

if TYPE_CHECKING:
    from vqkeras.model.vqvae import VQVAE

# Small networks of the same kind for images and notes, so that 60 trainings are cheap.
# Cells of 4x4 pixels, and of 16 frames x 16 bins.
MODELS = {
    "mnist": ResidualArchitecture(
        channels=(32, 64),
        strides=((2, 2), (2, 2)),
        blocks=1,
        block_units=32,
        codebook_size=128,
        codebook_dim=8,
    ),
    "notes": ResidualArchitecture(
        channels=(32, 64),
        strides=((4, 4), (4, 4)),
        blocks=1,
        block_units=32,
        codebook_size=256,
        codebook_dim=8,
    ),
}
LEARNING_RATE = 0.002
BATCH_SIZE = {"mnist": 64, "notes": 16}
CROP_FRAMES = 128


def variants(plan: AblationPlan) -> list[dict[str, Any]]:
    """Fields of `ModelConfig` that the ablation sets, one dict per variant.

    With and without each part; then the threshold alone, the rest as in the defaults.

    Args:
        plan: Gives the thresholds.

    Returns:
        The variants.
    """
    switched = [
        {
            "quantizer": quantizer,
            "initialise_from_batch": initialise,
            "restart_threshold": threshold,
        }
        for quantizer, initialise, threshold in itertools.product(
            ("gradient", "ema"), (False, True), (0.0, ModelConfig.restart_threshold)
        )
    ]
    return switched + [
        {**switched[-1], "restart_threshold": threshold}
        for threshold in plan.thresholds
    ]


def runs_of(plan: AblationPlan) -> Iterator[tuple[str, dict[str, Any], int]]:
    """Every training of the ablation: data, variant, seed.

    Seeds change slowest: an interrupted ablation has whole rounds.

    Args:
        plan: Size of the ablation.

    Yields:
        Key of `MODELS`, fields of the variant, seed.
    """
    for seed, data in itertools.product(plan.seeds, MODELS):
        for variant in variants(plan):
            yield data, variant, seed


def train_variant(
    data: str,
    dataset: Dataset,
    config: Config,
    variant: dict[str, Any],
    seed: int,
    plan: AblationPlan,
) -> dict[str, float]:
    """Train one small network and judge it on held-out examples.

    Held out are the validation examples (of notes: of instruments that training does
    not hear); the test examples are kept for the report's other numbers.

    Args:
        data: Key of `MODELS`.
        dataset: Its data.
        config: Config the data came from; gives the spectrogram settings.
        variant: Fields of `ModelConfig`.
        seed: Of weights, order, crops and codebook.
        plan: Steps and number of examples.

    Returns:
        `mse`, `perplexity` and `codebook_usage` over all held-out examples.

    Raises:
        UsageError: If the data has no validation split.
    """
    if dataset.validation is None:
        raise UsageError(
            "The ablation is judged on validation examples, and this run's data has "
            "none. Give a run that has."
        )
    import keras

    from vqkeras.callbacks.cosine_schedule import CosineSchedule
    from vqkeras.model.build import build_model

    model_config = replace(MODELS[data], **variant)
    frames, bins, channels = dataset.train.shape
    crop_frames = CROP_FRAMES if config.spectrogram else None
    shape = (None if crop_frames else frames, bins, channels)
    keras.utils.set_random_seed(seed)
    model = build_model(model_config, shape, dataset.train.variance(), seed=seed)
    model.compile(keras.optimizers.Adam(LEARNING_RATE), jit_compile=False)
    model.fit(
        dataset.train.batches(
            BATCH_SIZE[data], shuffle_seed=seed, crop_frames=crop_frames, repeat=True
        ),
        epochs=1,
        steps_per_epoch=plan.steps,
        callbacks=[CosineSchedule(LEARNING_RATE, plan.steps)],
        shuffle=False,
        verbose=0,
    )
    return _judged(model, dataset.validation, plan.examples)


def _judged(model: VQVAE, split: Split, limit: int) -> dict[str, float]:
    """Error over all values and use of the codebook over all cells."""
    error = ReconstructionError()
    codes = []
    indices = evenly_spaced(len(split), limit)
    for start in range(0, len(indices), 16):
        examples = examples_of(split, indices[start : start + 16])
        outputs = np.asarray(model(examples, training=False))
        error.add(examples, np.clip(outputs, 0.0, 1.0))
        codes.append(np.asarray(model.encode_codemap(examples)))
    size = model.quantizer.codebook_size
    return {
        "mse": error.mse,
        "perplexity": perplexity(np.concatenate(codes), size),
        "codebook_usage": codebook_usage(np.concatenate(codes), size),
    }
