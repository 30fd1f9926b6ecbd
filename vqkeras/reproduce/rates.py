"""Error, bit rate and training of one model: the numbers of sections 3.2 and 4.3."""

from __future__ import annotations

import os
import platform
from typing import Any

from vqkeras.callbacks.history_file import read_history
from vqkeras.evaluation.reconstruction import evaluate_reconstruction
from vqkeras.reproduce.figures.loss import largest_jump
from vqkeras.run import Run
from vqkeras.run_codec import RunCodec

_CURVES = ("epoch", "reconstruction_loss", "val_reconstruction_loss")


def numbers_of(codec: RunCodec) -> dict[str, Any]:
    """Errors on the test split and everything needed to judge them.

    Args:
        codec: A trained model.

    Returns:
        Plain values: what `python -m vqkeras.evaluate` measures, with the error of
        images as `test_mse`; the grid of the codemap; and `training_of` the run.
    """
    run = codec.run
    measured = evaluate_reconstruction(run, run.dataset.test)
    if "mse" in measured:
        measured = {"test_mse": measured.pop("mse"), **measured}
    return {
        "config": run.config.name,
        **measured,
        "map_shape": list(codec.silence.shape),
        **training_of(run),
    }


def training_of(run: Run) -> dict[str, Any]:
    """How a run was trained, as its folder tells it.

    Args:
        run: A finished run.

    Returns:
        Plain values: epochs, seed, wall time in s, sizes, curves of the error.
    """
    summary = run.summary
    history = read_history(run.folder / "history.csv")
    curves = [{key: row[key] for key in _CURVES if key in row} for row in history]
    return {
        "epochs": summary["epochs"],
        "seed": summary["seed"],
        "seconds": summary["seconds"],
        "num_parameters": summary["num_parameters"],
        "num_examples": summary["num_examples"],
        "largest_jump": largest_jump(history),
        "history": curves,
    }


def machine() -> dict[str, Any]:
    """What a wall time is worth knowing with."""
    return {
        "processor": platform.machine(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
    }
