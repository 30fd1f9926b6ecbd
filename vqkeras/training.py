"""One training, from data to run folder. The command is `vqkeras.train`."""

import logging
import math
from pathlib import Path
from typing import Any

import keras

from vqkeras.callbacks.backup import restore_backup
from vqkeras.callbacks.history_file import read_history, rows_until
from vqkeras.callbacks.tensorboard_examples import TensorBoardExamples
from vqkeras.config import Config
from vqkeras.datasets import load_dataset
from vqkeras.datasets.augmentation import augmented
from vqkeras.datasets.dataset import Dataset
from vqkeras.datasets.reading_error import reading_error_told
from vqkeras.distribution.agreement import (
    Agreement,
    check_agreement,
)
from vqkeras.distribution.cluster import this_worker
from vqkeras.distribution.lost_worker import lost_worker_ends_it
from vqkeras.distribution.shares import check_batch_size, shared, shared_steps
from vqkeras.distribution.strategy import strategy_of
from vqkeras.distribution.worker_folder import worker_folder
from vqkeras.fine_tuning import Origin, origin_of, weights_of
from vqkeras.model.build import build_model
from vqkeras.model.vqvae import VQVAE
from vqkeras.run import write_json
from vqkeras.shared_training import (
    Rows,
    callbacks_of,
    compile_with,
    energy_callback,
    is_over,
    outcome_of,
    said_to_all,
    time_limit_of,
)

_log = logging.getLogger(__name__)


def fit_run(config: Config, run_dir: Path, *, verbose: int) -> None:
    """Train the model of a prepared run folder, from its backup if it has one.

    Args:
        config: What to train.
        run_dir: Folder that `prepare_run` made.
        verbose: As for `keras.Model.fit`.
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
        _fit_in(folder, config, agreement, verbose)


def _fit_in(run_dir: Path, config: Config, agreement: Agreement, verbose: int) -> None:
    """Train in a folder of the worker's own."""
    strategy = agreement.strategy
    origin = origin_of(config, run_dir)
    dataset = load_dataset(config.data, config.spectrogram)
    with strategy.scope():
        weights = None
        if origin is not None and not any(run_dir.glob("backup/epoch-*.keras")):
            weights = weights_of(config)
        model = _compiled_model(config, dataset, origin, weights)
        finished = restore_backup(model, run_dir / "backup")
    check_agreement(agreement, finished, said_to_all(config, "model", "spectrogram"))
    rows = rows_until(run_dir / "history.csv", finished)
    if is_over(config.training, rows):
        _log.info("Nothing to train: %d epochs are done.", finished)
    else:
        _fit(config, run_dir, dataset, model, rows, agreement, verbose)
        rows = read_history(run_dir / "history.csv")
    summary = _summary(config, model, dataset, strategy.num_replicas_in_sync)
    write_json(summary | outcome_of(rows, _monitor(dataset)), run_dir / "summary.json")


def _fit(
    config: Config,
    run_dir: Path,
    dataset: Dataset,
    model: VQVAE,
    rows: Rows,
    agreement: Agreement,
    verbose: int,
) -> None:
    training = config.training
    steps = training.steps_per_epoch or math.ceil(
        len(dataset.train) / training.batch_size
    )
    validation = None
    if dataset.validation:
        validation = dataset.validation.batches(training.batch_size)
    batches = dataset.train.batches(
        training.batch_size,
        shuffle_seed=training.seed,
        crop_frames=config.data.crop_frames,
        repeat=True,
        first_batch=len(rows) * steps,
    )
    is_general = dataset.name == "general"
    if config.spectrogram is not None:
        batches = augmented(
            batches,
            gain_db=config.data.gain_db,
            # Where the data is general, its clips were read at another speed.
            pitch_semitones=0.0 if is_general else config.data.pitch_semitones,
            mix_share=config.data.mix_share,
            mask_share=config.data.mask_share,
            floor_db=config.spectrogram.floor_db,
            seed=training.seed,
            first_batch=len(rows) * steps,
        )
    time_limit = time_limit_of(training, rows, agreement)
    worker = agreement.worker
    with energy_callback(config.energy, run_dir, time_limit, worker) as energy:
        model.fit(
            shared(batches, agreement.strategy),
            epochs=training.epochs,
            initial_epoch=len(rows),
            steps_per_epoch=steps,
            validation_data=shared(validation, agreement.strategy),
            validation_steps=shared_steps(validation, agreement.strategy),
            # Energy first: it adds to what the others log.
            callbacks=[
                energy,
                *callbacks_of(
                    training,
                    run_dir,
                    rows,
                    monitor=_monitor(dataset),
                    total_steps=training.epochs * steps,
                    time_limit=time_limit,
                    examples=TensorBoardExamples(
                        run_dir / "tensorboard" / "examples",
                        dataset.validation or dataset.train,
                        config.spectrogram,
                    ),
                ),
            ],
            shuffle=False,
            verbose=verbose,
        )


def _compiled_model(
    config: Config, dataset: Dataset, origin: Origin | None, weights: Path | None
) -> VQVAE:
    frames, bins, channels = dataset.train.shape
    spectrogram = config.spectrogram
    training = config.training
    # Keras draws initial weights from Python's global generator and has no other way.
    keras.utils.set_random_seed(training.seed)
    model = build_model(
        config.model,
        (frames if spectrogram is None else None, bins, channels),
        dataset.train.variance() if origin is None else origin.data_variance,
        weighted_by_first_channel=spectrogram is not None
        and spectrogram.num_channels > 1,
        seed=training.seed,
    )
    if weights is not None:
        # Before there is an optimizer: a preset has none, and Keras would complain.
        model.load_weights(weights)
    compile_with(keras.optimizers.Adam, model, training)
    return model


def _monitor(dataset: Dataset) -> str:
    return "val_loss" if dataset.validation else "loss"


def _summary(
    config: Config, model: VQVAE, dataset: Dataset, replicas: int
) -> dict[str, Any]:
    """What was trained on what."""
    splits = {name: getattr(dataset, name) for name in ("train", "validation", "test")}
    return {
        "name": config.name,
        "seed": config.training.seed,
        "replicas": replicas,
        "data": dataset.name,
        "num_examples": {name: len(split or ()) for name, split in splits.items()},
        "data_variance": model.data_variance,
        **({"from_preset": config.from_preset} if config.from_preset else {}),
        "num_parameters": model.encoder.count_params() + model.decoder.count_params(),
    }
