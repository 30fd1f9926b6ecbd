"""A run folder: everything a training leaves behind. Loads TensorFlow only for models.

config.yaml     every field, so that the run explains itself
versions.json   Python, platform and packages it ran with
history.csv     one row per epoch
best.keras      the model after its best epoch; last.keras: after its last
backup/         what --resume continues from
tensorboard/    scalars, pictures and sound
summary.json    sizes, times and final figures
"""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from edge_runtime.errors import UsageError, UserError
from edge_runtime.output_file import is_temporary, output_file
from vqkeras.config import Config
from vqkeras.config_file import load_config, plain, save_config
from vqkeras.datasets.credits import Credits, credits_of, joint_credits
from vqkeras.fine_tuning import read_origin
from vqkeras.versions import versions

if TYPE_CHECKING:
    from edge_runtime.spectrogram.settings import SpectrogramSettings
    from vqkeras.datasets.dataset import Dataset
    from vqkeras.model.vqvae import VQVAE

# A resumed run may be longer than the first plan, its data may have moved, and so may
# the machine whose energy is counted. Beginnings of the names of fields.
_MAY_CHANGE = (
    "name",
    "training.epochs",
    "training.minutes",
    "data.dir",
    "data.cache_dir",
    "energy.",
)

# What a folder holds before its training begins.
_PREPARED = ("config.yaml", "versions.json", "preset.json")


class RunError(UserError):
    """A run folder cannot be used. Exit code 4."""

    exit_code = 4


@dataclasses.dataclass(frozen=True)
class Run:
    """A trained run.

    Attributes:
        folder: Its folder.
        config: What it was trained with.
        settings: How sound became its spectrograms; a run of images has none.
        model: Its best model, loaded when first asked for.
        dataset: Its data, loaded when first asked for.
        summary: Content of `summary.json`; empty before the end of the training.
    """

    folder: Path
    config: Config

    @property
    def settings(self) -> SpectrogramSettings:
        """How sound became the run's spectrograms.

        Raises:
            RunError: If it is a run of images.
        """
        settings = self.config.spectrogram
        if settings is None:
            raise RunError(f"{self.folder} is a run of images. Give one of sound.")
        return settings

    @cached_property
    def model(self) -> VQVAE:
        """The run's best model."""
        import keras

        # Both register their layers for loading.
        import vqkeras.layers
        import vqkeras.model.vqvae  # noqa: F401

        path = self.folder / "best.keras"
        try:
            return keras.models.load_model(path, compile=False)
        # Of a damaged file Keras raises what json, zipfile, h5py and layers raise.
        except Exception as error:
            reason = (str(error).strip() or type(error).__name__).splitlines()[0]
            raise RunError(f"Cannot load {path}: {reason}") from error

    @property
    def has_codebook(self) -> bool:
        """Whether there are codes: not in a network that goes without a quantizer."""
        return self.config.model.quantizer != "none"

    @cached_property
    def dataset(self) -> Dataset:
        """The run's data."""
        from vqkeras.datasets import load_dataset

        return load_dataset(self.config.data, self.config.spectrogram)

    @property
    def credits(self) -> Credits:
        """What the model owes to its data, and to that of the preset it began with."""
        own, origin = credits_of(self.config.data), read_origin(self.folder)
        return (
            own if origin is None else joint_credits(own, origin.name, origin.credits)
        )

    @cached_property
    def summary(self) -> dict[str, Any]:
        """Content of `summary.json`; empty before the end of the training."""
        path = self.folder / "summary.json"
        if not path.exists():
            return {}
        try:
            return json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError) as error:
            raise RunError(f"Cannot read {path}: {error}.") from error


def load_run(run_dir: Path) -> Run:
    """Open the folder of a run that has a model.

    Args:
        run_dir: Folder that `train` wrote.

    Returns:
        The run.

    Raises:
        RunError: If the folder is not that of a run, or has no model yet.
    """
    for name in ("config.yaml", "best.keras"):
        if not (run_dir / name).is_file():
            raise RunError(
                f"{run_dir} is not the folder of a trained run: it has no {name}. "
                "Train one with `python -m vqkeras.train`."
            )
    return Run(run_dir, load_config(run_dir / "config.yaml"))


def prepare_run(config: Config, run_dir: Path, *, resume: bool, force: bool) -> None:
    """Make the folder of a run, with its config and versions.

    Args:
        config: What will be trained.
        run_dir: Folder of the run.
        resume: Whether an earlier part of the same run lies there and goes on.
        force: Whether another run that lies there may be deleted.

    Raises:
        UsageError: If the folder is in use, or the run to resume had another config.
        UserError: If the folder cannot be written.
    """
    _prepare(
        config,
        run_dir,
        lambda: plain(load_config(run_dir / "config.yaml")),
        resume=resume,
        force=force,
    )


def prepare_folder(config: Any, run_dir: Path, *, resume: bool, force: bool) -> None:
    """Make the folder of another training than a codec's, as `prepare_run` does.

    Args:
        config: What will be trained, a dataclass.
        run_dir: Its folder.
        resume: Whether an earlier part lies there and goes on.
        force: Whether what lies there may be deleted.

    Raises:
        UsageError: If the folder is in use, or what is to resume had another config.
        UserError: If the folder cannot be written.
    """

    def before() -> Any:
        return yaml.safe_load((run_dir / "config.yaml").read_text(encoding="utf-8"))

    _prepare(config, run_dir, before, resume=resume, force=force)


@contextmanager
def taken_back_if_refused(run_dir: Path) -> Iterator[None]:
    """Leave nothing of a new run whose data, say, turns out to be missing.

    Args:
        run_dir: Folder that `prepare_run` or `prepare_folder` made. Where anything else
            lies in it, it stays.
    """
    try:
        yield
    except UserError:
        left = list(run_dir.iterdir())
        if {path.name for path in left} <= set(_PREPARED):
            for path in left:
                path.unlink()
        raise


def _is_empty_folder(path: Path) -> bool:
    """Whether there is nothing in a folder but what a killed program left of itself."""
    return path.is_dir() and all(map(is_temporary, path.iterdir()))


def _prepare(
    config: Any,
    run_dir: Path,
    before: Callable[[], dict[str, Any]],
    *,
    resume: bool,
    force: bool,
) -> None:
    is_run = (run_dir / "config.yaml").is_file()
    if resume:
        if not is_run:
            raise UsageError(f"{run_dir} holds no run to resume. Leave --resume out.")
        _check_same(before(), plain(config), run_dir)
    elif run_dir.exists() and not _is_empty_folder(run_dir):
        if not is_run:
            raise UsageError(f"{run_dir} exists and is not a run. Choose another name.")
        if not force:
            raise UsageError(
                f"{run_dir} holds a run. Add --resume to continue it, --force to "
                "delete it, or choose another --run_dir."
            )
        _empty(run_dir)
    try:
        run_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"Cannot make folder {run_dir}: {error.strerror}.") from error
    save_config(config, run_dir / "config.yaml")
    write_json(versions(), run_dir / "versions.json")


def _empty(folder: Path) -> None:
    """Delete what is in a folder; the folder itself may be locked, and stays."""
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def write_json(content: dict[str, Any], path: Path) -> None:
    """Write a JSON file, whole or not at all."""
    with output_file(path, force=True) as temporary:
        temporary.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def _check_same(before: dict[str, Any], now: dict[str, Any], run_dir: Path) -> None:
    old, new = dict(_flat(before)), dict(_flat(now))
    changed = [
        key for key in old if old[key] != new[key] and not key.startswith(_MAY_CHANGE)
    ]
    if changed:
        key = changed[0]
        raise UsageError(
            f"{run_dir} was trained with {key}={old[key]}, now it is {new[key]}. "
            "A resumed run must keep its config; start another one with --run_dir."
        )


def _flat(tree: dict[str, Any], at: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{at}{key}.")
        else:
            yield f"{at}{key}", value
