"""`python -m vqkeras.evaluation.preset_holes`: holes in sounds never heard, filled.

Gaps, bands and boxes of three sizes in the test split of a preset's own data, by its
prior in Keras, in codes and decibels alone. What is heard of a bundle,
`python -m vqkeras.evaluate` judges.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Any

from edge_runtime.commands.program import Parser
from edge_runtime.errors import UsageError
from vqkeras.command import run_command
from vqkeras.evaluation.report_files import (
    add_report_options,
    check_report,
    write_report,
)
from vqkeras.evaluation.table import aligned

_ABOUT = (
    "Holes in sounds of the test split of the preset's own data, whose sources no "
    "training heard (of NSynth that is a part of its test split). lsd: log-spectral "
    "distance inside the hole, in dB; of sounding: the share of right codes where "
    "something sounds. Made by "
    "`python -m vqkeras.evaluation.preset_holes`."
)
# As many as `evaluate_inpainting` looks at, at most.
_EXAMPLES = 64
_HEAD = (
    *("hole", "true codes", "learned", "straight line", "naive Bayes", "copy"),
    *("learned/line", "learned/Bayes", "bits a code", "codes right", "of sounding"),
)
_LSD = ("true_codes", "learned", "linear_interpolation", "naive_bayes")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    return run_command(lambda given: _command(_parser().parse_args(given)), arguments)


def _command(options: argparse.Namespace) -> None:
    from vqkeras.presets.preset import load_preset

    check_report(options.out, force=options.force)
    if not 1 <= options.limit <= _EXAMPLES:
        raise UsageError(
            f"--limit must lie in [1, {_EXAMPLES}]. Received: {options.limit}."
        )
    preset = load_preset(options.preset)
    if preset.prior is None:
        raise UsageError(
            f"{preset.config.name} has no prior of its own. Train one with "
            "python -m vqkeras.train_prior, or choose a preset that has one."
        )
    from vqkeras.evaluation.inpainting import evaluate_inpainting

    test = preset.dataset.test
    rows = evaluate_inpainting(preset, test, limit=options.limit, seed=options.seed)
    report = {
        "name": preset.config.name,
        "data": preset.dataset.name,
        "num_examples": min(options.limit, len(test)),
        "seed": options.seed,
        "holes": rows,
    }
    table = holes_table(rows)
    write_report(report, table, _ABOUT, options.out)
    print(table)


def holes_table(rows: list[dict[str, Any]]) -> str:
    """A line for each kind and size of hole, then one for each kind of sound.

    Args:
        rows: From `evaluate_inpainting`, with the method `learned`.

    Returns:
        Lines of text: lsd of each method, the learned prior's over that of a straight
        line and of naive Bayes, its bits a code, and its share of right codes: of all
        cells, and of those in which something sounds. Kinds of sound are of holes of
        all sizes.
    """
    found: dict[tuple[str, str], dict[str, dict[str, Any]]] = {}
    for row in rows:
        key = row["hole"], row.get("kind", row["size"])
        found.setdefault(key, {})[row["method"]] = row
    sized = {(row["hole"], row["size"]) for row in rows if "kind" not in row}
    lines = aligned([_HEAD, *(_line(k, of) for k, of in found.items() if k in sized)])
    of_kinds = [_line(k, of) for k, of in found.items() if k not in sized]
    if of_kinds:
        lines += ["", *aligned([("kind of sound", *_HEAD[1:]), *of_kinds])]
    return "\n".join(lines)


def _line(key: tuple[str, str], of: dict[str, dict[str, Any]]) -> tuple[str, ...]:
    """One line: what is hidden, distances, their ratios, bits and right codes."""
    lsd = {name: row["lsd_db"] for name, row in of.items()}
    learned = of["learned"]
    sounding = learned.get("code_accuracy_sounding")
    return (
        " ".join(key),
        *(f"{lsd[name]:.2f}" for name in (*_LSD, "copy_last_frame")),
        *(f"{lsd['learned'] / lsd[name]:.2f}" for name in _LSD[2:]),
        f"{learned['bits_per_code']:.2f}",
        f"{100 * learned['code_accuracy']:.0f} %",
        "" if sounding is None else f"{100 * sounding:.0f} %",
    )


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="python -m vqkeras.evaluation.preset_holes",
        description=__doc__.partition("\n")[0],
    )
    parser.add_argument("preset", help="name of a preset with a prior")
    parser.add_argument("--limit", type=int, default=48, help="examples (default: 48)")
    parser.add_argument("--seed", type=int, default=0, help="of the holes (default: 0)")
    add_report_options(parser)
    return parser


if __name__ == "__main__":
    sys.exit(main())
