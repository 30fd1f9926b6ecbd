"""Trained runs on demand: picked up where finished, else trained or resumed."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from edge_runtime.errors import UsageError
from vqkeras.config import Config
from vqkeras.config_file import load_config
from vqkeras.run import Run, load_run
from vqkeras.train import train

_log = logging.getLogger(__name__)

CONFIGS = Path(__file__).parents[1] / "configs"


def trained_run(
    config_name: str, run_dir: Path, overrides: Sequence[str] = (), *, verbose: int = 0
) -> Run:
    """A finished run of a shipped config.

    Args:
        config_name: Name of a file in `configs/`.
        run_dir: Its folder; an interrupted run in it goes on.
        overrides: Command-line options that win over the file. Defaults to none.
        verbose: As for `train`. Defaults to `0`.

    Returns:
        The run.

    Raises:
        UsageError: If another run lies in the folder.
        UserError: If the training cannot be done.
    """
    config = load_config(CONFIGS / f"{config_name}.yaml", overrides)
    return finished_run(config, run_dir, verbose=verbose)


def finished_run(config: Config, run_dir: Path, *, verbose: int = 0) -> Run:
    """A finished run of a config, as `trained_run` gives one of a shipped config.

    Args:
        config: What was trained, or will be.
        run_dir: Its folder; an interrupted run in it goes on.
        verbose: As for `train`. Defaults to `0`.

    Returns:
        The run.

    Raises:
        UsageError: If another run lies in the folder.
        UserError: If the training cannot be done.
    """
    is_started = (run_dir / "config.yaml").is_file()
    if is_finished(run_dir):
        run = load_run(run_dir)
        if not _is_same(run.config, config):
            raise UsageError(
                f"{run_dir} holds a run of another config than {config.name}. "
                "Choose another folder with --runs, or delete it."
            )
        return run
    _log.info("Training %s into %s", config.name, run_dir)
    train(config, run_dir, resume=is_started, verbose=verbose)
    return load_run(run_dir)


def trained_notes(
    config_name: str, run_dir: Path, overrides: Sequence[str], *, verbose: int
) -> Run:
    """As `trained_run`, but a finished run of sound is taken whatever its config is."""
    if not is_finished(run_dir):
        return trained_run(config_name, run_dir, overrides, verbose=verbose)
    run = load_run(run_dir)
    if run.config.spectrogram is None:
        raise UsageError(f"{run_dir} is a run of images. Give one of sound.")
    return run


def is_finished(run_dir: Path) -> bool:
    """Whether a training in this folder has come to its end."""
    return all((run_dir / name).is_file() for name in ("config.yaml", "summary.json"))


def identity(run: Run) -> str:
    """What tells a run from any other: a hash of its summary, times included."""
    summary = (run.folder / "summary.json").read_bytes()
    return hashlib.sha256(summary).hexdigest()[:16]


def _is_same(first: Config, second: Config) -> bool:
    """Whether two configs describe one training, wherever its data lies."""
    return _without_places(first) == _without_places(second)


def _without_places(config: Config) -> Config:
    return replace(config, data=replace(config.data, dir=None, cache_dir=None))
