"""What runs are judged on many kinds of sound: those of the data `general`."""

from __future__ import annotations

from edge_runtime.errors import UsageError
from vqkeras.presets.preset import Preset
from vqkeras.run import Run


def check_general(run: Run | Preset, *, may_be_shards: bool = False) -> None:
    """Refuse what has no codes of many kinds of sound, before any data is read.

    Args:
        run: A trained run, or a preset.
        may_be_shards: Whether shards will do, which may have been made of `general`.
            Defaults to `False`.

    Raises:
        UsageError: If it is a model of images, has no codebook, or learned from other
            data.
    """
    name, data = run.config.name, run.config.data.name
    if run.config.spectrogram is None:
        raise UsageError(f"{name} is a model of images. Choose one of sound.")
    if run.config.model.quantizer == "none":
        raise UsageError(
            f"{name} was trained with model.quantizer=none: it has no codes to judge."
        )
    if data != "general" and not (may_be_shards and data == "shards"):
        raise no_kinds(run)


def no_kinds(run: Run | Preset) -> UsageError:
    """The error that a run learned from other data than `general`."""
    return UsageError(
        f"The data of {run.config.name}, {run.config.data.name}, does not say what "
        "kinds of sound it has. Choose a run of data.name=general."
    )
