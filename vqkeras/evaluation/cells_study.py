"""`python -m vqkeras.evaluation.cells_study`: what cells and codes cost any model.

A training takes hours, k-means patches half a minute. They have no network, so that
nothing differs between them but the shape of the cells, the number of codewords and
whether a cell has one code or two; trained models stand beside them, measured alike.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from edge_runtime.commands.program import Parser
from edge_runtime.errors import UsageError, UserError
from vqkeras.command import run_command
from vqkeras.datasets.progress import progress
from vqkeras.evaluation.bundle_report import REGIONS
from vqkeras.evaluation.coded_cells import (
    MEASURES,
    Choice,
    measured_choice,
)
from vqkeras.evaluation.network_stages import NetworkStages
from vqkeras.evaluation.patch_stages import fit_patch_stages
from vqkeras.evaluation.report_files import (
    add_report_options,
    check_report,
    write_report,
)
from vqkeras.evaluation.table import aligned
from vqkeras.presets.codec_of import codec_of
from vqkeras.presets.preset import Preset
from vqkeras.run import Run

_ABOUT = """\
Codebooks of k-means patches, no network: cells of other shapes, other numbers of
codewords, and two codes a cell, of which the second is that of what the first left;
below them networks: {networks}. All on the same unseen clips, up to 6 of each kind of
sound, the mean of the kinds' means, the phase of the original, smooth levels. Made by
`python -m vqkeras.evaluation.cells_study`, which also draws the picture beside it.

- `entropy_kbps`: what the codes hold, each by itself. `context_kbps`: how hard they are
  to predict, if one knows the code before in time, and of a second code the first of
  its cell, with chances counted in 300 training clips.
- `auc`: gradient-boosted trees tell regions decoded from their true codes, with a new
  phase, from the originals; 0.5 cannot tell. The regions are those of
  `report/evaluation/told_general.md`, the limits a bootstrap over origins."""
# Clips that patches are learned from.
_TRAIN_CLIPS = 1_000
CHOICES = (
    *(Choice(4, 8, codewords) for codewords in (256, 1024)),
    *(Choice(*cell, 1024) for cell in ((2, 8), (8, 8), (2, 16), (8, 4))),
    Choice(4, 8, 1024, codes=2),
)


def measure_choices(
    choices: Sequence[Choice], given: dict[str, Any], *, seed: int = 0
) -> list[dict[str, Any]]:
    """Learn a codebook of patches for each choice and measure it.

    Args:
        choices: What is compared.
        given: `train`, `test`, `holes` and `settings`, as `measured_choice` takes them.
        seed: Of k-means. Defaults to `0`.

    Returns:
        A row for each: `name`, `network` (`False`), and those of `measured_choice`.
    """
    rows = []
    with progress(len(choices), "codebooks") as advance:
        for choice in choices:
            patches = fit_patch_stages(
                given["train"],
                cell=(choice.frames, choice.bins),
                codebook_size=choice.codewords,
                codes=choice.codes,
                seed=seed,
            )
            measures = measured_choice(patches, choice, **given)
            rows.append({"name": choice.name, "network": False, **measures})
            advance(1)
    return rows


def measure_network(run: Run | Preset, given: dict[str, Any]) -> dict[str, Any]:
    """The row of a model, measured as patches are.

    Args:
        run: A trained run of sounds of many kinds, or a preset.
        given: As of `measure_choices`.
    """
    encoder, quantizer = run.model.encoder, run.model.quantizer
    choice = Choice(
        encoder.time_stride,
        encoder.freq_stride,
        quantizer.codebook_size,
        run.config.model.codebooks,
    )
    measures = measured_choice(NetworkStages(run), choice, **given)
    return {"name": run.config.name, "network": True, **measures}


def study_table(rows: Sequence[dict[str, Any]]) -> str:
    """Rows of `measure_choices` and `measure_network` as lines of text."""
    head = ("frames x bins, codewords", "kbps", "entropy_kbps", "context_kbps")
    lines: list[tuple[str, ...]] = [(*head, *MEASURES, "auc", "95 % of origins")]
    for row in rows:
        told = row["told"]
        lines.append(
            (
                row["name"],
                f"{row['bitrate_bps'] / 1000:.1f}",
                f"{row['entropy_bps'] / 1000:.1f}",
                f"{row['context_bps'] / 1000:.1f}",
                f"{row['lsd_db']:.2f}",
                f"{row['level_error_db']:.2f}",
                f"{row['envelope_correlation']:.3f}",
                f"{told['value']:.3f}",
                f"{told['low']:.3f} to {told['high']:.3f}",
            )
        )
    return "\n".join(aligned(lines))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    return run_command(lambda given: _command(_parser().parse_args(given)), arguments)


def _command(options: argparse.Namespace) -> None:
    check_report(options.out, force=options.force)
    from vqkeras.evaluation.general_run import check_general
    from vqkeras.evaluation.limits_figure import draw_limits
    from vqkeras.presets.preset import load_preset

    preset = load_preset(options.preset)
    networks: list[Run | Preset] = [preset, *map(codec_of, options.beside)]
    for each in networks:
        check_general(each)
        if each.settings != preset.settings:
            raise UsageError(
                f"{each.config.name} has another spectrogram than "
                f"{preset.config.name}. Compare models that see sound alike."
            )
    rows = _patches_of(options.patches) if options.patches else []
    given = _given(preset)
    rows = rows or measure_choices(CHOICES, given)
    rows += [measure_network(each, given) for each in networks]
    config = preset.config
    report = {"name": config.name, "data": config.data.name, "seed": 0, "rows": rows}
    table = study_table(rows)
    names = ", ".join(f"`{each.config.name}`" for each in networks)
    write_report(report, table, _ABOUT.format(networks=names), options.out)
    picture = options.out.with_suffix(".png")
    draw_limits(rows, preset, picture, beside=networks[1:])
    print(table)


def _given(preset: Preset) -> dict[str, Any]:
    """What all are measured on."""
    from vqkeras.datasets import load_dataset
    from vqkeras.evaluation.held_out import held_out_clips, held_out_holes
    from vqkeras.evaluation.keras_models import keras_models

    data = preset.config.data
    dataset = load_dataset(replace(data, train_clips=_TRAIN_CLIPS), preset.settings)
    bundle = keras_models(preset).bundle
    holes = held_out_holes(held_out_clips(data, bundle), bundle, count=REGIONS, seed=0)
    return {
        "train": dataset.train,
        "test": dataset.test,
        "holes": list(holes),
        "settings": preset.settings,
    }


def _patches_of(path: Path) -> list[dict[str, Any]]:
    """The rows of patches of an earlier report of this command."""
    try:
        report: Any = json.loads(path.read_text(encoding="utf-8"))
        rows = [row for row in report["rows"] if not row["network"]]
    except OSError as error:
        raise UserError(f"Cannot read {path}: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise UserError(
            f"{path} was not written by vqkeras.evaluation.cells_study."
        ) from error
    if not rows:
        raise UserError(f"{path} has no patches. Leave --patches out to measure them.")
    return rows


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="python -m vqkeras.evaluation.cells_study",
        description=__doc__.partition("\n")[0],
    )
    parser.add_argument("preset", help="name of a preset of any sound: general")
    parser.add_argument(
        "--beside",
        nargs="*",
        default=[],
        metavar="RUN_OR_PRESET",
        help="other networks: folders of runs, or presets",
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
