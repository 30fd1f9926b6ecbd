"""`python -m vqkeras.prepare`: sounds to shards that a training reads."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from edge_runtime.commands.program import called_as
from edge_runtime.errors import UsageError
from vqkeras.command import run_command

if TYPE_CHECKING:
    from jsonargparse import ArgumentParser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    return run_command(_command, arguments)


def _command(arguments: list[str]) -> None:
    from vqkeras.config_file import parse_arguments
    from vqkeras.prepare.preparing import prepare

    # What a config must have, and a command line of --data options alone has not.
    missing = ["--name=prepared"]
    has_config = any(argument.startswith("--config") for argument in arguments)
    if not has_config and not {"mnist", "--data.name=mnist"} & {*arguments}:
        missing.append("--spectrogram={}")
    options, config = parse_arguments(_parser(), [*missing, *arguments])
    if config.spectrogram is None:
        raise UsageError("Images are used as they are, without preparing.")
    if options.workers < 1 or options.shard_size < 1:
        raise UsageError("--workers and --shard_size must be 1 or more.")
    if not 0.0 <= options.max_bad <= 1.0:
        raise UsageError(f"--max_bad must lie in [0, 1]. Received: {options.max_bad}.")
    outcome = prepare(
        config.data,
        config.spectrogram,
        Path(options.out),
        workers=options.workers,
        engine=options.engine,
        max_bad=options.max_bad,
        compressed=options.compress,
        shard_size=options.shard_size,
    )
    cost = f"; {outcome.cpu_s:.1f} s of CPU, at most {outcome.peak_mb:.0f} MB a worker"
    print(
        f"{outcome.num_shards} shards, {outcome.num_made} of them made now; "
        f"{outcome.num_good} files good, {outcome.num_bad} bad; "
        f"{outcome.num_bytes / 1e6:.1f} MB{cost if outcome.cpu_s else ''}\n"
        f"Train from them: --data.name shards --data.dir {options.out}"
    )


def _parser() -> ArgumentParser:
    from jsonargparse import ArgumentParser

    parser = ArgumentParser(
        prog=called_as("vqkeras.prepare", "vqkeras-prepare"),
        description="Make shards of spectrograms of all sounds that a config names, on "
        "one machine or many. Running it again goes on where it was.",
        exit_on_error=False,
    )
    parser.add_argument("--out", required=True, help="Folder of the shards.")
    parser.add_argument("--workers", type=int, default=1, help="Processes.")
    parser.add_argument(
        "--engine",
        choices=("local", "spark", "dask", "beam"),
        default="local",
        help="What runs them; the last three come with extras of the same names.",
    )
    parser.add_argument(
        "--max_bad",
        type=float,
        default=0.01,
        help="Largest share of files that may be unusable; with more it stops, beam "
        "only at the end: it gives nothing back before.",
    )
    parser.add_argument(
        "--compress", action="store_true", help="Compress rows: slower and smaller."
    )
    parser.add_argument(
        "--shard_size", type=int, default=256, help="Files or clips of a shard."
    )
    parser.add_argument(
        "--debug", action="store_true", help="Show tracebacks of errors."
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
