"""What the trainings of a codec and of a prior do alike."""

import math
from pathlib import Path
from typing import Any, TypeAlias

import keras

from vqkeras.callbacks.averaged_weights import AveragedValidation
from vqkeras.callbacks.backup import Backup
from vqkeras.callbacks.checkpoints import Checkpoints
from vqkeras.callbacks.cosine_schedule import CosineSchedule
from vqkeras.callbacks.divergence import Divergence
from vqkeras.callbacks.history_file import HistoryFile
from vqkeras.callbacks.time_limit import TimeLimit
from vqkeras.config import TrainingConfig
from vqkeras.config_file import plain
from vqkeras.distribution.agreement import AgreedTimeLimit, Agreement
from vqkeras.distribution.cluster import Worker
from vqkeras.distribution.keras_mends import mend_fit
from vqkeras.energy.callback import EnergyCallback
from vqkeras.energy.config import EnergyConfig
from vqkeras.energy.meters import meters_from

# Of `history.csv`, one for each epoch.
Rows: TypeAlias = list[dict[str, float]]


def compile_with(
    optimizer: Any, model: keras.Model, training: TrainingConfig, **options: float
) -> None:
    """Give a model an optimizer of a class, and averaged weights if asked for."""
    made = optimizer(
        training.learning_rate,
        use_ema=training.weight_averaging > 0.0,
        ema_momentum=training.weight_averaging,
        **options,
    )
    # XLA gains nothing on a CPU and fails under MirroredStrategy.
    model.compile(made, jit_compile=False)
    mend_fit(model)


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


def is_over(training: TrainingConfig, rows: Rows) -> bool:
    """Whether a training that goes on has nothing left to do."""
    if not rows:
        return False
    is_late = training.minutes is not None and rows[-1]["seconds"] >= (
        60.0 * training.minutes
    )
    return is_late or rows[-1]["epoch"] >= training.epochs


def callbacks_of(
    training: TrainingConfig,
    run_dir: Path,
    rows: Rows,
    *,
    monitor: str,
    total_steps: int,
    time_limit: TimeLimit | None,
    examples: keras.callbacks.Callback,
) -> list[keras.callbacks.Callback]:
    """All callbacks of a training but its energy, in the order they act.

    Args:
        training: How it learns.
        run_dir: Folder of the run.
        rows: Epochs that are done.
        monitor: Measure whose least value is the best epoch.
        total_steps: Batches of the whole training.
        time_limit: What ends it in time, if anything does.
        examples: What shows examples in TensorBoard.
    """
    has_cosine = training.learning_rate_schedule == "cosine"
    cosine = CosineSchedule(training.learning_rate, total_steps, time_limit)
    best = min((row[monitor] for row in rows), default=math.inf)
    return [
        Divergence(),
        *([time_limit] if time_limit else []),
        *([cosine] if has_cosine else []),
        *([AveragedValidation()] if training.weight_averaging else []),
        keras.callbacks.TensorBoard(run_dir / "tensorboard", write_graph=False),
        examples,
        HistoryFile(run_dir / "history.csv", rows),
        Checkpoints(run_dir, monitor, best=best),
        Backup(run_dir / "backup"),
    ]


def outcome_of(rows: Rows, monitor: str) -> dict[str, Any]:
    """How it went."""
    best = min(rows, key=lambda row: row[monitor])
    return {
        "epochs": int(rows[-1]["epoch"]),
        "seconds": rows[-1]["seconds"],
        "best_epoch": int(best["epoch"]),
        "best": best,
        "last": rows[-1],
    }
