"""`python -m export.zoo`: the table of models, and why the best is as it is."""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from edge_runtime.commands.program import Parser
from edge_runtime.errors import UsageError
from edge_runtime.output_file import output_file
from vqkeras.command import run_command

STUDIED = "nsynth_light"
STEPS = 600


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    return run_command(lambda given: _command(_parser().parse_args(given)), arguments)


def _command(options: argparse.Namespace) -> None:
    if options.steps < 2:
        raise UsageError(f"--steps must be 2 or more. Received: {options.steps}.")
    # Keras draws its progress on stdout, which is for results.
    with contextlib.redirect_stdout(sys.stderr):
        make_zoo(
            options.models, runs=options.runs, steps=options.steps, out=options.out
        )
    print(options.out / "README.md")


def make_zoo(
    models: Sequence[Path],
    *,
    runs: Path,
    steps: int,
    out: Path,
    overrides: Sequence[str] = (),
) -> None:
    """Train the study's variants, measure the models, write page, picture and numbers.

    Args:
        models: Folders of finished runs, that of the studied config first. Rows of
            other models that `zoo.json` in `out` has stay as they are.
        runs: Folder of the study's runs; what is finished there is kept.
        steps: Batches of each of its trainings.
        out: Folder to write `README.md`, `limits.png`, `spectrograms.png` and
            `zoo.json` to.
        overrides: More options for all of its trainings. Defaults to none.

    Raises:
        UserError: If a model is no finished run, or a training cannot be done.
    """
    from export.zoo.measuring import errors_over_time, measure_variants
    from export.zoo.models import model_row, with_kept
    from export.zoo.picture import draw_limits
    from export.zoo.variants import VARIANTS
    from vqkeras.evaluation.spectrograms_figure import draw_reconstructions
    from vqkeras.run import load_run
    from vqkeras.run_codec import RunCodec

    rows = measure_variants(
        STUDIED, VARIANTS, steps=steps, runs=runs, overrides=overrides
    )
    zoo = with_kept([model_row(folder) for folder in models], out / "zoo.json")
    first = load_run(models[0])
    out.mkdir(parents=True, exist_ok=True)
    draw_limits(rows, errors_over_time(first), out / "limits.png")
    draw_reconstructions(RunCodec(first), out / "spectrograms.png")
    content = {
        "models": zoo,
        "study": rows,
        "steps": steps,
        "notes": first.summary["num_examples"]["test"],
    }
    write_page(content, out)


def write_page(content: dict[str, Any], out: Path) -> None:
    """Write numbers and page of the zoo.

    Args:
        content: Rows of `models` and of the `study`, its `steps`, `notes` of the test
            and, where there is one, the `story` of the page.
        out: Folder of `zoo.json` and `README.md`.
    """
    from export.zoo.report import report_of
    from vqkeras.run import write_json

    page = report_of(
        content["models"],
        content["study"],
        config=STUDIED,
        steps=content["steps"],
        notes=content["notes"],
        story=content.get("story", ""),
    )
    with output_file(out / "README.md", force=True) as temporary:
        temporary.write_text(page, encoding="utf-8")
    write_json(content, out / "zoo.json")


def add_folder(
    parser: argparse.ArgumentParser, name: str, default: Path, text: str
) -> None:
    """Add an option for a folder.

    Args:
        parser: Of a command of the zoo.
        name: Of the option, without its dashes.
        default: The folder, if none is given.
        text: What lies in it, for the help.
    """
    parser.add_argument(
        f"--{name}",
        type=Path,
        default=default,
        metavar="DIR",
        help=f"folder of {text} (default: {default})",
    )


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="python -m export.zoo", description=__doc__.partition(": ")[2])
    parser.add_argument(
        "models",
        type=Path,
        nargs="+",
        metavar="RUN",
        help=f"folders of finished runs, that of {STUDIED} first; rows of other models "
        "stay as they are",
    )
    add_folder(parser, "runs", Path("runs") / "zoo", "the study's trainings")
    add_folder(parser, "out", Path("report") / "zoo", "page, picture and numbers")
    parser.add_argument(
        "--steps",
        type=int,
        default=STEPS,
        metavar="N",
        help=f"batches of each of the study's trainings (default: {STEPS})",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
