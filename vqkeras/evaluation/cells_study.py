"""`python -m vqkeras.evaluation.cells_study`: what cells and codes cost any model.

A training takes hours, k-means patches half a minute. They have no network, so that
nothing differs between them but the shape of the cells, the number of codewords and
whether a cell has one code or two; trained models stand beside them.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_runtime.commands.program import Parser
from edge_runtime.errors import UserError
from edge_runtime.spectrogram.distance import lsd_db
from edge_runtime.spectrogram.features import magnitude_db_of
from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras.command import run_command
from vqkeras.datasets.example_blocks import evenly_spaced
from vqkeras.datasets.progress import progress
from vqkeras.datasets.split import Split
from vqkeras.evaluation.measures import code_counts, entropy_bits
from vqkeras.evaluation.patch_stages import PatchStages, fit_patch_stages
from vqkeras.evaluation.report_files import (
    add_report_options,
    check_report,
    write_report,
)
from vqkeras.evaluation.sound_measures import envelope_correlation, level_error_db
from vqkeras.evaluation.table import aligned
from vqkeras.spectrogram_sound import sound_of

_ABOUT = """\
Codebooks of k-means patches, no network: cells of other shapes, other numbers of
codewords, and two codes a cell, of which the second is that of what the first left. Up
to 6 unseen clips of each kind of sound, the mean of the kinds' means, the phase of the
original. `entropy_kbps` is what the codes hold, each by itself; `copied` the share of
codes that equal the one before in time, the simplest prediction. Rows without it are of
networks, without texture, on up to 12 clips of each kind: {networks}. Made by
`python -m vqkeras.evaluation.cells_study`, which also draws the picture beside it."""
# Clips that patches are learned from, and unseen ones of each kind that are measured.
TRAIN_CLIPS, PER_KIND = 1_000, 6
_MEASURES = ("lsd_db", "level_error_db", "envelope_correlation")


@dataclass(frozen=True)
class Choice:
    """One way of coding a cell.

    Attributes:
        frames: Frames of a cell.
        bins: Bins of a cell.
        codewords: Patches in a codebook.
        codes: Codes a cell has.
    """

    frames: int
    bins: int
    codewords: int
    codes: int = 1

    @property
    def name(self) -> str:
        """Cell, codes and codewords in words.

        Example:

        >>> Choice(4, 8, 1024, codes=2).name
        '4 x 8, 2 x 1024'
        """
        number = f"{self.codes} x " if self.codes > 1 else ""
        return f"{self.frames} x {self.bins}, {number}{self.codewords}"


CHOICES = (
    *(Choice(4, 8, codewords) for codewords in (256, 1024)),
    *(Choice(*cell, 1024) for cell in ((2, 8), (8, 8), (2, 16), (8, 4))),
    Choice(4, 8, 1024, codes=2),
)


def measure_choices(
    train: Split,
    test: Split,
    settings: SpectrogramSettings,
    choices: Sequence[Choice],
    *,
    seed: int = 0,
) -> list[dict[str, Any]]:
    """Learn a codebook of each choice and measure it on unseen clips.

    Args:
        train: What the patches are learned from.
        test: Unseen clips whose metadata has a `kind`.
        settings: How sound becomes a spectrogram.
        choices: What is compared.
        seed: Of k-means. Defaults to `0`.

    Returns:
        A row for each choice: `name`, `bitrate_bps`, `entropy_bps`, `copied` and the
        means over kinds of `lsd_db`, `level_error_db` and `envelope_correlation`.
    """
    rows = []
    with progress(len(choices), "codebooks") as advance:
        for choice in choices:
            patches = fit_patch_stages(
                train,
                cell=(choice.frames, choice.bins),
                codebook_size=choice.codewords,
                codes=choice.codes,
                seed=seed,
            )
            rows.append(_measured(patches, test, settings, choice))
            advance(1)
    return rows


def _measured(
    patches: PatchStages,
    test: Split,
    settings: SpectrogramSettings,
    choice: Choice,
) -> dict[str, Any]:
    values: dict[str, list[list[float]]] = defaultdict(list)
    counts = np.zeros((choice.codes, choice.codewords), np.int64)
    copied = []
    for place in _places(test):
        example, audio = test[place], test.audio(place)
        codemaps, outputs = patches.coded(example[np.newaxis])
        for stage, codes in enumerate(np.moveaxis(codemaps, -1, 0)):
            counts[stage] += code_counts(codes, choice.codewords)
            copied.append(float((codes[:, 1:] == codes[:, :-1]).mean()))
        kind = test.metadata[place]["kind"]
        values[kind].append(_distances(example, outputs[0], audio, settings))
    cells = settings.frames_per_second / choice.frames * settings.num_bins / choice.bins
    means = np.mean([np.nanmean(of, axis=0) for of in values.values()], axis=0)
    return {
        "name": choice.name,
        "bitrate_bps": choice.codes * cells * math.log2(choice.codewords),
        "entropy_bps": cells * sum(entropy_bits(each) for each in counts),
        "copied": float(np.mean(copied)),
        **dict(zip(_MEASURES, map(float, means), strict=True)),
    }


def _places(test: Split) -> list[int]:
    """Clips that are measured: of each kind as many, evenly spaced."""
    by_kind: dict[str, list[int]] = defaultdict(list)
    for place, metadata in enumerate(test.metadata):
        by_kind[metadata["kind"]].append(place)
    return [
        of_kind[index]
        for of_kind in by_kind.values()
        for index in evenly_spaced(len(of_kind), PER_KIND)
    ]


def _distances(
    example: NDArray[np.float32],
    output: NDArray[np.float32],
    audio: NDArray[np.float32],
    settings: SpectrogramSettings,
) -> list[float]:
    """Values of `_MEASURES`."""
    before, after = (magnitude_db_of(each, settings) for each in (example, output))
    heard = sound_of(output, audio, settings, phase="original", seed=0)
    return [
        lsd_db(before, after),
        level_error_db(audio, heard),
        envelope_correlation(audio, heard, settings.sample_rate),
    ]


def model_row(name: str, figures: dict[str, Any]) -> dict[str, Any]:
    """The row of a model, from what `vqkeras.evaluate` measured of each kind.

    Args:
        name: Its name.
        figures: With `kinds`, `bitrate_bps` and `entropy_rate_bps`.
    """
    kinds = [row for row in figures["kinds"] if row["spectrogram"] == "this_run"]
    means = {key: float(np.mean([row[key] for row in kinds])) for key in _MEASURES}
    rates = figures["bitrate_bps"], figures["entropy_rate_bps"]
    return {"name": name, "bitrate_bps": rates[0], "entropy_bps": rates[1], **means}


def study_table(rows: Sequence[dict[str, Any]]) -> str:
    """Rows of `measure_choices` and `model_row` as lines of text."""
    head = ("frames x bins, codewords", "kbps", "entropy_kbps", "copied", *_MEASURES)
    lines: list[tuple[str, ...]] = [head]
    for row in rows:
        lines.append(
            (
                row["name"],
                f"{row['bitrate_bps'] / 1000:.1f}",
                f"{row['entropy_bps'] / 1000:.1f}",
                f"{row['copied']:.2f}" if "copied" in row else "",
                f"{row['lsd_db']:.2f}",
                f"{row['level_error_db']:.2f}",
                f"{row['envelope_correlation']:.3f}",
            )
        )
    return "\n".join(aligned(lines))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    return run_command(lambda given: _command(_parser().parse_args(given)), arguments)


def _command(options: argparse.Namespace) -> None:
    check_report(options.out, force=options.force)
    from vqkeras.datasets import load_dataset
    from vqkeras.evaluation.general_run import check_general
    from vqkeras.evaluation.limits_figure import draw_limits
    from vqkeras.presets.preset import load_preset

    preset = load_preset(options.preset)
    check_general(preset)
    needed = ("name", "kinds", "bitrate_bps", "entropy_rate_bps")
    own = _read(preset.folder / "figures.json", "evaluate", *needed)
    others = [_read(path, "evaluation.run_figures", *needed) for path in options.beside]
    if options.patches is None:
        data = replace(preset.config.data, train_clips=TRAIN_CLIPS)
        dataset = load_dataset(data, preset.settings)
        rows = measure_choices(dataset.train, dataset.test, preset.settings, CHOICES)
    else:
        before = _read(options.patches, "evaluation.cells_study", "rows")
        rows = [row for row in before["rows"] if "copied" in row]
    rows += [model_row(figures["name"], figures) for figures in (own, *others)]
    config = preset.config
    report = {"name": config.name, "data": config.data.name, "seed": 0, "rows": rows}
    table = study_table(rows)
    networks = f"the preset `{config.name}`"
    if others:
        names = ", ".join(f"`{figures['name']}`" for figures in others)
        networks += f"; of runs put beside it, {names}"
    write_report(report, table, _ABOUT.format(networks=networks), options.out)
    draw_limits(rows, preset, options.out.with_suffix(".png"))
    print(table)


def _read(path: Path, writer: str, *fields: str) -> dict[str, Any]:
    """A report that has these fields, as a command of `vqkeras` wrote it."""
    try:
        report: Any = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UserError(f"Cannot read {path}: {error.strerror}.") from error
    except ValueError:
        report = None
    if not isinstance(report, dict) or any(name not in report for name in fields):
        raise UserError(f"{path} was not written by vqkeras.{writer}.")
    return report


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="python -m vqkeras.evaluation.cells_study",
        description=__doc__.partition("\n")[0],
    )
    parser.add_argument("preset", help="name of a preset of any sound: general")
    parser.add_argument(
        "--beside",
        type=Path,
        nargs="*",
        default=[],
        metavar="FIGURES",
        help="of other runs, what vqkeras.evaluation.run_figures wrote, .json",
    )
    parser.add_argument(
        "--patches",
        type=Path,
        metavar="REPORT",
        help="an earlier .json of this command, whose patches are not measured again",
    )
    add_report_options(parser)
    return parser


if __name__ == "__main__":
    sys.exit(main())
