"""`make pretrained`: the shipped models of notes, made again from the data.

Renders notes, trains codecs, measures, exports. What is finished is kept, so a second
call goes on where the first one stopped. Priors are trained by `vqkeras.train_prior`,
and taken from `NAME_prior` beside the run. How `general` came about is in its card.
"""

import argparse
import contextlib
import json
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from edge_runtime.bundle.bundle_file import read_bundle, write_bundle
from edge_runtime.bundle.shipped import MODELS_FOLDER
from edge_runtime.commands.program import Parser
from edge_runtime.errors import UserError
from edge_runtime.output_file import output_file
from export.tflite.quiet import quiet
from export.zoo.pretrained_card import CARD_NAME, ShippedModel, pretrained_card
from vqkeras.command import run_command

logger = logging.getLogger(__name__)

# Config of each model, and its folder under the models.
PRETRAINED = {"nsynth_light": ".", "nsynth_live": "live"}
# Which of them is small enough to ship in float32 too, and where.
FLOAT_TWINS = {"nsynth_light": "float32"}
NOTES = 6000


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    return run_command(lambda given: _command(_parser().parse_args(given)), arguments)


def _command(options: argparse.Namespace) -> None:
    font = options.soundfont or _shared_soundfont()
    # Keras draws its progress on stdout, which is for results.
    with contextlib.redirect_stdout(sys.stderr):
        paths = make_pretrained(
            font, runs=options.runs, models=options.models, reports=options.reports
        )
    print("\n".join(str(path) for path in paths))


def make_pretrained(
    font: Path, *, runs: Path, models: Path, reports: Path
) -> list[Path]:
    """Make the bundles, their float32 twins, their figures and their card.

    Args:
        font: SoundFont to render notes from.
        runs: Folder of the rendered notes (`soundfont`, where the config looks for
            them when this is `runs`), of the runs, and of float32 bundles that are too
            large to ship.
        models: Folder of the bundles that ship and their card.
        reports: Folder of a JSON file of figures per model.

    Returns:
        List of the files written.

    Raises:
        UserError: If data is missing, a folder cannot be written, or a bundle with a
            prior would be replaced by one without.
    """
    from vqkeras.datasets.soundfont import main as render

    # It knows what is rendered already, and says one line if it cannot.
    if render([str(font), "--out", str(runs / "soundfont"), "--notes", str(NOTES)]):
        raise UserError(f"Notes of {font} could not be rendered.")
    with quiet():
        from export.bundle_run import bundle_run
        from export.bundled_prior import prior_of
        from export.prior_bytes import prior_bytes
        from vqkeras.evaluate import evaluate
        from vqkeras.run import write_json
        from vqkeras.trained_runs import is_finished, trained_run
    written, cards = [], []
    for name, folder in PRETRAINED.items():
        run = trained_run(name, runs / name, verbose=2)
        prior_run, prior = runs / f"{name}_prior", None
        if is_finished(prior_run):
            prior = prior_of(run, prior_run)
        else:
            _keep_prior(models / folder / f"{name}.tflite", run.folder)
        logger.info("Measuring %s ...", name)
        report = evaluate(run)
        reports.mkdir(parents=True, exist_ok=True)
        write_json(report, reports / f"{name}.json")
        twin = models / FLOAT_TWINS[name] if name in FLOAT_TWINS else runs
        for number_format, path in (
            ("float32", twin / f"{name}_float32.tflite"),
            ("int8", models / folder / f"{name}.tflite"),
        ):
            bundle, parity = bundle_run(run, number_format=number_format, prior=prior)
            path.parent.mkdir(parents=True, exist_ok=True)
            write_bundle(path, bundle, force=True)
            written.append(path)
        cards.append(
            ShippedModel(
                metadata=bundle.metadata,
                report=report,
                parity=parity,
                bundle_bytes=path.stat().st_size,
                prior_bytes=prior_bytes(bundle),
                prior=prior and json.loads((prior_run / "summary.json").read_text()),
                energy=json.loads((run.folder / "energy.json").read_text()),
            )
        )
    card = models / CARD_NAME
    with output_file(card, force=True) as temporary:
        temporary.write_text(pretrained_card(cards), encoding="utf-8")
    return [*written, card]


def _keep_prior(path: Path, run: Path) -> None:
    """Refuse to replace a bundle that has a prior: there is none for the new codes."""
    if path.is_file() and read_bundle(path).prior is not None:
        raise UserError(
            f"{path} has a prior and {run} has none yet. Train it with python -m "
            f"vqkeras.train_prior {run} --config configs/priors/{run.name}.yaml "
            f"--run_dir {run}_prior, then call this again."
        )


def _shared_soundfont() -> Path:
    folder = Path(os.environ.get("VQKERAS_DATA", "")) / "soundfont"
    fonts = sorted(folder.glob("*.sf[23]"))
    if not fonts:
        raise UserError(
            f"No SoundFont (.sf2, .sf3) in {folder}. Name one, --soundfont."
        )
    return fonts[0]


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="python -m export.zoo.pretrained", description=__doc__.partition("\n")[0]
    )
    for name, default, text in (
        (
            "runs",
            Path("runs"),
            "rendered notes, runs and float32 bundles too large to ship",
        ),
        ("models", MODELS_FOLDER, "bundles that ship and their card"),
        ("reports", Path("report") / "evaluation", "figures"),
    ):
        parser.add_argument(
            f"--{name}",
            type=Path,
            default=default,
            metavar="DIR",
            help=f"folder of {text} (default: {default.name})",
        )
    parser.add_argument(
        "--soundfont",
        type=Path,
        metavar="FILE",
        help="what notes are rendered from (default: the one in "
        "$VQKERAS_DATA/soundfont)",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
