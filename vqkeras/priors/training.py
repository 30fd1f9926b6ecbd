"""One training of a prior, from a codec to a folder. The command: `train_prior`."""

import logging
import math
from pathlib import Path
from typing import Any

import keras

from vqkeras.callbacks.backup import restore_backup
from vqkeras.callbacks.history_file import read_history, rows_until
from vqkeras.datasets.reading_error import reading_error_told
from vqkeras.distribution.agreement import Agreement, check_agreement
from vqkeras.distribution.cluster import this_worker
from vqkeras.distribution.lost_worker import lost_worker_ends_it
from vqkeras.distribution.shares import check_batch_size, shared, shared_steps
from vqkeras.distribution.strategy import strategy_of
from vqkeras.distribution.worker_folder import worker_folder
from vqkeras.model.code_prior import CodePrior
from vqkeras.model.prior_shape import SHAPE
from vqkeras.priors.codes import Codemaps, kept_codemaps
from vqkeras.priors.config import PriorConfig
from vqkeras.priors.crops import judged_crops, masked_crops
from vqkeras.priors.fine_tuning import first_weights
from vqkeras.priors.tensorboard_fills import TensorBoardFills
from vqkeras.run import write_json
from vqkeras.shared_training import (
    callbacks_of,
    compile_with,
    energy_callback,
    is_over,
    outcome_of,
    said_to_all,
    time_limit_of,
)

_log = logging.getLogger(__name__)

_MONITOR = "val_bits_per_code"
# Steps of an epoch, unless the config says.
_STEPS = 500


def fit_prior(
    config: PriorConfig, codec: Any, run_dir: Path, *, verbose: int = 0
) -> None:
    """Train a prior on the codes of a codec, from its backup if there is one.

    Args:
        config: How.
        codec: A `Run` or `Preset`: has `model`, `config` and `dataset`.
        run_dir: Folder that is there already.
        verbose: As for `keras.Model.fit`. Defaults to `0`.
    """
    worker = this_worker(config.training.strategy)
    # First of all, see there. It waits for all workers, so the folder is prepared.
    strategy = strategy_of(config.training.strategy)
    check_batch_size(config.training.batch_size, strategy)
    agreement = Agreement(strategy, worker)
    with (
        worker_folder(run_dir, worker) as folder,
        lost_worker_ends_it(strategy),
        reading_error_told(),
    ):
        _fit_in(folder, config, codec, agreement, verbose)


def _fit_in(
    run_dir: Path, config: PriorConfig, codec: Any, agreement: Agreement, verbose: int
) -> None:
    """Train in a folder of the worker's own."""
    strategy = agreement.strategy
    weights = None
    if not any(run_dir.glob("backup/epoch-*.keras")):
        weights = first_weights(config, codec)  # refuses before all is encoded
    codemaps = kept_codemaps(
        codec.model,
        codec.config,
        codec.dataset,
        versions=config.versions,
        path=run_dir / "codes.npz",
    )
    with strategy.scope():
        prior = compiled_prior(config, codec.model, codemaps.train.shape[2], weights)
        finished = restore_backup(prior, run_dir / "backup")
    check_agreement(agreement, finished, said_to_all(config, *SHAPE))
    rows = rows_until(run_dir / "history.csv", finished)
    _fit(config, codec, codemaps, prior, run_dir, rows, agreement, verbose)
    rows = read_history(run_dir / "history.csv")
    summary = {
        "name": config.name,
        "codec": codec.config.name,
        "seed": config.training.seed,
        "replicas": strategy.num_replicas_in_sync,
        "num_codemaps": {name: len(part) for name, part in codemaps._asdict().items()},
        "num_parameters": sum(
            math.prod(weight.shape) for weight in prior.trainable_weights
        ),
        "reach": prior.reach,
        "steps_per_epoch": config.training.steps_per_epoch or _STEPS,
        **outcome_of(rows, _MONITOR),
    }
    write_json(summary, run_dir / "summary.json")


def compiled_prior(
    config: PriorConfig, model: Any, map_bins: int, weights: Path | None
) -> CodePrior:
    """A prior that has learned nothing yet of the codes of a codec.

    Args:
        config: Its size, and how it learns.
        model: The codec, a `VQVAE`.
        map_bins: Rows of its codemaps.
        weights: File to begin with; `None`: fresh weights.
    """
    training = config.training
    keras.utils.set_random_seed(training.seed)
    codebook = model.quantizer.codebook.numpy()
    shape = {name: getattr(config, name) for name in SHAPE}
    prior = CodePrior(*codebook.shape, **shape)
    dim = codebook.shape[1]
    prior.build([(None, None, map_bins, dim), (None, None, map_bins, 1)])
    if weights is not None:
        # Before there is an optimizer: a preset has none, and Keras would complain.
        prior.load_weights(weights)
    prior.set_codebook(codebook)
    compile_with(
        keras.optimizers.AdamW, prior, training, weight_decay=config.weight_decay
    )
    return prior


def _fit(
    config: PriorConfig,
    codec: Any,
    codemaps: Codemaps,
    prior: CodePrior,
    run_dir: Path,
    rows: list[dict[str, float]],
    agreement: Agreement,
    verbose: int,
) -> None:
    training = config.training
    steps = training.steps_per_epoch or _STEPS
    time_limit = time_limit_of(training, rows, agreement)
    if is_over(training, rows):
        return
    crops = {"batch_size": training.batch_size, "crop_cells": config.crop_cells}
    batches = masked_crops(
        codemaps.train, **crops, seed=training.seed, first_batch=len(rows) * steps
    )
    judged = judged_crops(codemaps.validation, **crops, seed=training.seed)
    worker = agreement.worker
    with energy_callback(config.energy, run_dir, time_limit, worker) as energy:
        prior.fit(
            shared(batches, agreement.strategy),
            epochs=training.epochs,
            initial_epoch=len(rows),
            steps_per_epoch=steps,
            validation_data=shared(judged, agreement.strategy),
            validation_steps=shared_steps(judged, agreement.strategy),
            callbacks=[
                energy,
                *callbacks_of(
                    training,
                    run_dir,
                    rows,
                    monitor=_MONITOR,
                    total_steps=training.epochs * steps,
                    time_limit=time_limit,
                    examples=TensorBoardFills(run_dir / "tensorboard" / "fills", codec),
                ),
            ],
            shuffle=False,
            verbose=verbose,
        )
