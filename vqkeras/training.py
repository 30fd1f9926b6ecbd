"""One training, from data to run folder. The command is `vqkeras.train`."""

import logging
import math
from pathlib import Path
from typing import Any, TypeAlias

import keras

from vqkeras.callbacks.averaged_weights import AveragedValidation
from vqkeras.callbacks.backup import Backup, restore_backup
from vqkeras.callbacks.checkpoints import Checkpoints
from vqkeras.callbacks.cosine_schedule import CosineSchedule
from vqkeras.callbacks.divergence import Divergence
from vqkeras.callbacks.history_file import HistoryFile, read_history, rows_until
from vqkeras.callbacks.tensorboard_examples import TensorBoardExamples
from vqkeras.callbacks.time_limit import TimeLimit
from vqkeras.config import Config, TrainingConfig
from vqkeras.config_file import plain
from vqkeras.datasets import load_dataset
from vqkeras.datasets.augmentation import augmented
from vqkeras.datasets.dataset import Dataset
from vqkeras.datasets.reading_error import reading_error_told
from vqkeras.distribution.agreement import (
    AgreedTimeLimit,
    Agreement,
    check_agreement,
)
from vqkeras.distribution.cluster import Worker, this_worker
from vqkeras.distribution.keras_mends import mend_fit
from vqkeras.distribution.lost_worker import lost_worker_ends_it
from vqkeras.distribution.shares import check_batch_size, shared, shared_steps
from vqkeras.distribution.strategy import strategy_of
from vqkeras.distribution.worker_folder import worker_folder
from vqkeras.energy.callback import EnergyCallback
from vqkeras.energy.config import EnergyConfig
from vqkeras.energy.meters import meters_from
from vqkeras.fine_tuning import Origin, origin_of, weights_of
from vqkeras.model.build import build_model
from vqkeras.model.vqvae import VQVAE
from vqkeras.run import write_json

_log = logging.getLogger(__name__)

# Of `history.csv`, one for each epoch.
Rows: TypeAlias = list[dict[str, float]]


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
    if _is_over(config.training, rows):
        _log.info("Nothing to train: %d epochs are done.", finished)
    else:
        _fit(config, run_dir, dataset, model, rows, agreement, verbose)
        rows = read_history(run_dir / "history.csv")
    summary = _summary(config, model, dataset, strategy.num_replicas_in_sync)
    write_json(summary | _outcome(rows, _monitor(dataset)), run_dir / "summary.json")


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
                *_callbacks(config, run_dir, dataset, rows, steps, time_limit),
            ],
            shuffle=False,
            verbose=verbose,
        )


def said_to_all(config: Any, *parts: str) -> dict[str, Any]:
    """What the workers of a training must have been given alike."""
    return {part: plain(getattr(config, part)) for part in (*parts, "training")}


def time_limit_of(
    training: TrainingConfig, rows: Rows, agreement: Agreement
) -> TimeLimit | None:
    """The time limit of a training, if it has one."""
    if training.minutes is None:
        return None
    spent = rows[-1]["seconds"] if rows else 0.0
    return AgreedTimeLimit(agreement, training.minutes, seconds_spent=spent)


def energy_callback(
    config: EnergyConfig, run_dir: Path, time_limit: TimeLimit | None, worker: Worker
) -> EnergyCallback:
    """What counts the energy of a training into its folder: of one worker's machine."""
    others = f"of {worker.count} workers this is the machine of the first alone"
    return EnergyCallback(
        run_dir,
        interval_s=config.interval_s,
        preset=config.preset,
        country=config.country,
        grid_g_per_kwh=config.grid_g_per_kwh,
        meters=meters_from(config.meters),
        time_limit=time_limit,
        not_counted={"other workers": others} if worker.count > 1 else {},
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
    optimizer = keras.optimizers.Adam(
        training.learning_rate,
        use_ema=training.weight_averaging > 0.0,
        ema_momentum=training.weight_averaging,
    )
    # XLA gains nothing on a CPU and fails under MirroredStrategy.
    model.compile(optimizer, jit_compile=False)
    mend_fit(model)
    return model


def _is_over(training: TrainingConfig, rows: Rows) -> bool:
    if not rows:
        return False
    is_late = training.minutes is not None and rows[-1]["seconds"] >= (
        60.0 * training.minutes
    )
    return is_late or rows[-1]["epoch"] >= training.epochs


def _monitor(dataset: Dataset) -> str:
    return "val_loss" if dataset.validation else "loss"


def _callbacks(
    config: Config,
    run_dir: Path,
    dataset: Dataset,
    rows: Rows,
    steps: int,
    time_limit: TimeLimit | None,
) -> list[keras.callbacks.Callback]:
    """All callbacks of a run, in the order they act."""
    training = config.training
    monitor = _monitor(dataset)
    callbacks: list[keras.callbacks.Callback] = [Divergence()]
    if time_limit is not None:
        callbacks.append(time_limit)
    if training.learning_rate_schedule == "cosine":
        total_steps = training.epochs * steps
        callbacks.append(
            CosineSchedule(training.learning_rate, total_steps, time_limit)
        )
    if training.weight_averaging:
        callbacks.append(AveragedValidation())
    best = min((row[monitor] for row in rows), default=math.inf)
    return [
        *callbacks,
        keras.callbacks.TensorBoard(run_dir / "tensorboard", write_graph=False),
        TensorBoardExamples(
            run_dir / "tensorboard" / "examples",
            dataset.validation or dataset.train,
            config.spectrogram,
        ),
        HistoryFile(run_dir / "history.csv", rows),
        Checkpoints(run_dir, monitor, best=best),
        Backup(run_dir / "backup"),
    ]


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


def _outcome(rows: Rows, monitor: str) -> dict[str, Any]:
    """How it went."""
    best = min(rows, key=lambda row: row[monitor])
    return {
        "epochs": int(rows[-1]["epoch"]),
        "seconds": rows[-1]["seconds"],
        "best_epoch": int(best["epoch"]),
        "best": best,
        "last": rows[-1],
    }
