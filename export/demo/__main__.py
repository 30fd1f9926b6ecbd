"""`make demo`: the model that ships, then the whole path on notes made here.

A second call goes on where the first one stopped, and writes its results again.
"""

import argparse
import contextlib
import logging
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edge_runtime.bundle.bundle_file import read_bundle, write_bundle
from edge_runtime.commands.program import Parser
from edge_runtime.errors import UserError
from export.tflite.quiet import quiet
from vqkeras.command import run_command
from vqkeras.config import Config
from vqkeras.config_file import load_config
from vqkeras.run import Run, load_run
from vqkeras.train import train

if TYPE_CHECKING:
    from export.demo.edit import EditedNote
    from export.parity import ParityReport

logger = logging.getLogger(__name__)

CONFIG = Path(__file__).parents[2] / "configs" / "synthetic_demo.yaml"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    return run_command(lambda given: demo(_parser().parse_args(given).out), arguments)


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="python -m export.demo",
        description="Edit three sounds with the pretrained model, then train a small "
        "one on synthesised notes, export it to int8 and inpaint a note with it on the "
        "edge runtime.",
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("demo"),
        metavar="DIR",
        help="folder for everything it writes (default: demo)",
    )
    return parser


def demo(folder: Path, *, config_path: Path = CONFIG) -> None:
    """Train, evaluate, export and inpaint; print a table of what came out.

    Args:
        folder: Where everything goes.
        config_path: Config of a run on sound. Defaults to
            `configs/synthetic_demo.yaml`.

    Raises:
        UserError: If the folder cannot be written or the config cannot be used.
    """
    start = time.monotonic()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"Cannot make folder {folder}: {error.strerror}.") from error
    config = load_config(config_path, ["--data.cache_dir", str(folder / "cache")])
    from export.demo.pretrained import show_pretrained

    logger.info("Editing drums, a voice and notes with the pretrained model ...")
    for file in show_pretrained(folder):
        print(file, flush=True)

    logger.info("1/4 Training %s on notes that are computed now ...", config.name)
    # TensorFlow speaks when it is loaded, and it is loaded here.
    with quiet():
        from export.bundle_run import bundle_run
        from export.demo.edit import edit_note
        from vqkeras.evaluation.reconstruction import evaluate_reconstruction
    run = _trained(config, folder / "run")

    logger.info("2/4 Comparing it with the mean spectrum and k-means patches ...")
    evaluation = evaluate_reconstruction(run, run.dataset.test)

    logger.info("3/4 Exporting to one int8 file ...")
    bundle, parity = bundle_run(run)
    path = folder / f"{config.name}.tflite"
    write_bundle(path, bundle, force=True)

    logger.info("4/4 Inpainting a held-back note on the edge runtime ...")
    note = edit_note(read_bundle(path), run.dataset.test, folder)
    print(_table(evaluation, parity, path, note))
    logger.info("Done in %.0f s.", time.monotonic() - start)


def _trained(config: Config, run_dir: Path) -> Run:
    """The finished run in a folder: continued if begun, anew if it was another."""
    begun = (run_dir / "config.yaml").is_file()
    resume = begun and load_config(run_dir / "config.yaml") == config
    # Keras draws its progress on stdout, which is for results.
    with contextlib.redirect_stdout(sys.stderr):
        train(
            config,
            run_dir,
            resume=resume,
            force=not resume,
            verbose=1 if sys.stderr.isatty() else 2,
        )
    return load_run(run_dir)


def _table(
    evaluation: dict[str, Any],
    parity: "ParityReport",
    path: Path,
    note: "EditedNote",
) -> str:
    baselines = evaluation["baselines"]
    patches = baselines["kmeans_patches"]
    speed = note.duration_s / note.edit_s
    timing = f"{note.duration_s:.1f} s of sound in {note.edit_s * 1000:.0f} ms"
    rows = {
        "nmse on unseen instruments": f"{evaluation['nmse']:.3f}",
        "  predicting the mean spectrum": f"{baselines['mean']['nmse']:.3f}",
        "  k-means patches at this rate": f"{patches['nmse']:.3f}",
        "  after export to int8": f"{parity.nmse_exported:.3f}",
        "codes equal to Keras'": f"{parity.equal_codes:.1%}",
        "bundle": f"{path.stat().st_size} bytes",
        "bit rate": f"{evaluation['bitrate_bps']:.0f} bit/s",
        "real-time factor of an edit": f"{speed:.0f} ({timing}, one thread)",
        "regenerated": f"{note.box} of {note.note}",
    }
    lines = [f"{name:32} {value}" for name, value in rows.items()]
    return "\n".join(["", *lines, "", *(str(file) for file in (*note.files, path))])


if __name__ == "__main__":
    sys.exit(main())
