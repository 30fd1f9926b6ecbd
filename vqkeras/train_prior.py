"""`python -m vqkeras.train_prior`: train what predicts the hidden codes of a codec."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edge_runtime.commands.program import called_as
from edge_runtime.errors import UsageError
from vqkeras.command import run_command
from vqkeras.folder_lock import locked_folder

if TYPE_CHECKING:
    from jsonargparse import ArgumentParser

    from vqkeras.priors.config import PriorConfig


def train_prior(
    config: PriorConfig,
    codec: Any,
    run_dir: Path,
    *,
    resume: bool = False,
    force: bool = False,
    verbose: int = 0,
) -> Path:
    """Train a prior on the codes of a codec, and leave a folder.

    The folder holds `config.yaml`, `versions.json`, `codes.npz` (the codemaps it
    learns from), `history.csv`, `best.keras`, `last.keras`, `energy.json`, `backup/`,
    `tensorboard/` and, at the end, `summary.json`.

    Args:
        config: How.
        codec: A `Run` or `Preset`.
        run_dir: Folder of the training.
        resume: Whether to continue what lies there, from its last whole epoch.
            Defaults to `False`.
        force: Whether to delete what lies there. Defaults to `False`.
        verbose: 0: silent; 1: a progress bar; 2: a line per epoch. Defaults to `0`.

    Returns:
        `run_dir`.

    Raises:
        UserError: If the folder, the data or the config cannot be used.
    """
    from vqkeras.distribution.cluster import this_worker
    from vqkeras.run import prepare_folder, taken_back_if_refused

    if codec.config.model.quantizer == "none":
        raise UsageError(
            f"{codec.config.name} has no codebook: there are no codes to predict."
        )
    if codec.config.model.codebooks > 1:
        raise UsageError(
            f"{codec.config.name} has {codec.config.model.codebooks} codes a cell, and "
            "a prior predicts one. Train its codec with model.codebooks=1."
        )
    is_first = this_worker(config.training.strategy).is_first
    with contextlib.ExitStack() as stack:
        if is_first:
            stack.enter_context(locked_folder(run_dir))
            prepare_folder(config, run_dir, resume=resume, force=force)
            if not resume:
                stack.enter_context(taken_back_if_refused(run_dir))
        # Only now, after all checks: this loads TensorFlow.
        from vqkeras.priors.training import fit_prior

        fit_prior(config, codec, run_dir, verbose=verbose)
    return run_dir


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    return run_command(_command, arguments)


def _command(arguments: list[str]) -> None:
    from vqkeras.config_file import parse_fields
    from vqkeras.presets.codec_of import codec_of
    from vqkeras.priors.config import PriorConfig
    from vqkeras.priors.fine_tuning import with_preset_prior

    with with_preset_prior(arguments) as whole:
        options, config = parse_fields(_parser(), whole, PriorConfig)
    codec = codec_of(options.codec)
    run_dir = Path(options.run_dir or Path("runs") / f"{config.name}_prior")
    # Keras draws its progress on stdout, which is for results.
    with contextlib.redirect_stdout(sys.stderr):
        train_prior(
            config,
            codec,
            run_dir,
            resume=options.resume,
            force=options.force,
            verbose=1 if sys.stderr.isatty() else 2,
        )
    print(run_dir)


def _parser() -> ArgumentParser:
    from jsonargparse import ArgumentParser

    parser = ArgumentParser(
        prog=called_as("vqkeras.train_prior", "vqkeras-train-prior"),
        description="Train a prior: a network that tells hidden codes from visible "
        "ones. Every field of its config can be given here too and wins over the file.",
        exit_on_error=False,
    )
    parser.add_argument(
        "codec", metavar="RUN_OR_PRESET", help="Whose codes: a run folder or a preset."
    )
    parser.add_argument(
        "--run_dir",
        help="Folder of the training (default: runs/, the config's name and _prior).",
    )
    parser.add_argument(
        "--resume", action="store_true", help="Continue the training in --run_dir."
    )
    parser.add_argument(
        "--force", action="store_true", help="Delete what lies in --run_dir."
    )
    parser.add_argument(
        "--debug", action="store_true", help="Show tracebacks of errors."
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
