"""Export a run in every number format and with more or less calibration, as a table."""

import argparse
import logging
import platform
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from edge_runtime.bundle.bundle_file import write_bundle
from edge_runtime.commands.program import Parser
from edge_runtime.errors import UsageError
from edge_runtime.output_file import check_output, output_file
from export.finished_run import load_finished_run
from export.tflite.quiet import quiet
from vqkeras.command import run_command
from vqkeras.energy.record import machine_name
from vqkeras.run import Run
from vqkeras.templates import render

logger = logging.getLogger(__name__)

COUNTS = (1, 3, 10, 30, 100, 300, 1000)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    return run_command(lambda given: _run(_parser().parse_args(given)), arguments)


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="python -m export.calibration_study", description=__doc__)
    parser.add_argument(
        "run", type=Path, metavar="RUN", help="folder of a finished run"
    )
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="X.md",
        help="table to write, in Markdown",
    )
    parser.add_argument(
        "--counts",
        type=int,
        nargs="+",
        default=list(COUNTS),
        metavar="N",
        help="numbers of training examples that fix the int8 scales "
        f"(default: {' '.join(map(str, COUNTS))})",
    )
    parser.add_argument(
        "--force", action="store_true", help="replace the output if it exists"
    )
    return parser


def _run(options: argparse.Namespace) -> None:
    check_output(options.output, force=options.force)
    if min(options.counts) < 1:
        wrong = " ".join(map(str, options.counts))
        raise UsageError(f"--counts must be 1 or more. Received: {wrong}.")
    table = calibration_table(load_finished_run(options.run), options.counts)
    with output_file(options.output, force=options.force) as temporary:
        temporary.write_text(table, encoding="utf-8")
    print(table, end="")


def calibration_table(run: Run, counts: Sequence[int]) -> str:
    """Bytes, equal codes and nmse of each number format, int8 once per count.

    Args:
        run: Finished run.
        counts: Numbers of calibration examples; what exceeds the training split is
            taken as all of it.

    Returns:
        A Markdown page that names data, seed and machine.
    """
    available = len(run.dataset.train)
    exports: list[tuple[str, int | None]] = [
        ("float32", None),
        ("float16", None),
        ("dynamic", None),
        *(("int8", count) for count in sorted({min(c, available) for c in counts})),
    ]
    return render(
        Path(__file__).parent / "templates" / "calibration.md.j2",
        run=run,
        rows=[_row(run, number_format, count) for number_format, count in exports],
        machine=machine_name(),
        python=platform.python_version(),
    )


def _row(run: Run, number_format: str, count: int | None) -> dict[str, Any]:
    # Only now TensorFlow: help and wrong arguments answer at once.
    with quiet():
        from export.bundle_run import bundle_run

    logger.info("%s, %s calibration examples", number_format, count or "no")
    bundle, parity = bundle_run(
        run, number_format=number_format, calibration_count=count or 1
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bundle.tflite"
        write_bundle(path, bundle)
        size = path.stat().st_size
    return {"format": number_format, "count": count, "bytes": size, "parity": parity}


if __name__ == "__main__":
    sys.exit(main())
