"""`python -m vqkeras.train`: train what a config file describes."""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from edge_runtime.commands.program import called_as
from vqkeras.command import run_command
from vqkeras.folder_lock import locked_folder

if TYPE_CHECKING:
    from jsonargparse import ArgumentParser

    from vqkeras.config import Config


def train(
    config: Config,
    run_dir: Path,
    *,
    resume: bool = False,
    force: bool = False,
    verbose: int = 0,
) -> Path:
    """Train a model and leave a run folder (its content: `vqkeras.run`).

    With the same config and seed, an interrupted and resumed training has the history
    of an uninterrupted one, unless `minutes` limits it.

    Args:
        config: What to train.
        run_dir: Folder of the run.
        resume: Whether to continue the run that lies there, from its last whole
            epoch. Defaults to `False`.
        force: Whether to delete a run that lies there. Defaults to `False`.
        verbose: 0: silent; 1: a progress bar; 2: a line per epoch. Defaults to `0`.

    Returns:
        `run_dir`.

    Raises:
        UserError: If the folder, the data or the config cannot be used.
    """
    from vqkeras.distribution.cluster import this_worker
    from vqkeras.fine_tuning import check_preset
    from vqkeras.run import prepare_run, taken_back_if_refused

    if config.from_preset is not None and not resume:
        check_preset(config)
    is_first = this_worker(config.training.strategy).is_first
    with contextlib.ExitStack() as stack:
        if is_first:
            stack.enter_context(locked_folder(run_dir))
            prepare_run(config, run_dir, resume=resume, force=force)
            if not resume:
                stack.enter_context(taken_back_if_refused(run_dir))
        # Only now, after all checks: this loads TensorFlow.
        from vqkeras.training import fit_run

        fit_run(config, run_dir, verbose=verbose)
    return run_dir


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    return run_command(train_as_told, arguments)


def train_as_told(arguments: list[str]) -> None:
    """Train what a command line describes.

    Raises:
        UserError: As `train`, or if the command line is wrong.
    """
    from vqkeras.config_file import parse_arguments
    from vqkeras.fine_tuning import with_preset

    with with_preset(_with_config_of_run(arguments)) as given:
        options, config = parse_arguments(_parser(), given)
    if options.strategy is not None:
        training = dataclasses.replace(config.training, strategy=options.strategy)
        config = dataclasses.replace(config, training=training)
    run_dir = Path(options.run_dir or Path("runs") / config.name)
    # Keras draws its progress on stdout, which is for results.
    with contextlib.redirect_stdout(sys.stderr):
        train(
            config,
            run_dir,
            resume=options.resume,
            force=options.force,
            verbose=1 if sys.stderr.isatty() else 2,
        )
    print(run_dir)


def _parser() -> ArgumentParser:
    from jsonargparse import ArgumentParser

    parser = ArgumentParser(
        prog=called_as("vqkeras.train", "vqkeras-train"),
        description="Train what a config file describes; every field of it can be "
        "given here too and wins over the file.",
        exit_on_error=False,
    )
    parser.add_argument(
        "--run_dir", help="Folder of the run (default: runs/ and the config's name)."
    )
    parser.add_argument(
        "--resume",
        action="store_true",
        help="Continue the run in --run_dir; its own config is the default --config.",
    )
    parser.add_argument(
        "--force", action="store_true", help="Delete a run that lies in --run_dir."
    )
    parser.add_argument(
        "--strategy",
        choices=("single", "mirrored", "workers"),
        help="Short for --training.strategy.",
    )
    parser.add_argument(
        "--debug", action="store_true", help="Show tracebacks of errors."
    )
    return parser


def _with_config_of_run(arguments: list[str]) -> list[str]:
    """Let `--resume --run_dir R` alone find the config of R."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--config")
    parser.add_argument("--run_dir")
    parser.add_argument("--resume", action="store_true")
    known, _ = parser.parse_known_args(arguments)
    if known.resume and known.run_dir and not known.config:
        return ["--config", str(Path(known.run_dir) / "config.yaml"), *arguments]
    return arguments


if __name__ == "__main__":
    sys.exit(main())
