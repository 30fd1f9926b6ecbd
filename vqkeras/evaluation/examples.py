"""Sounds to listen to: what a model makes of one region of each, heard and seen.

`python -m vqkeras.evaluation.examples MODEL --out DIR` writes, for each sound of
`EXAMPLES`, clips and a picture: the original, the codes' best, the likeliest and takes.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edge_runtime.audio.audio_file import AudioFile, write_audio
from edge_runtime.bundle.bundle import Bundle
from edge_runtime.bundle.shipped import load_model
from edge_runtime.commands.program import Parser
from edge_runtime.edit.reconstruction import reconstruct
from edge_runtime.errors import UsageError
from edge_runtime.spectrogram.region import Region
from vqkeras.command import run_command
from vqkeras.datasets.audio_clip import read_mono
from vqkeras.datasets.progress import progress
from vqkeras.evaluation.example_sounds import EXAMPLES, Example
from vqkeras.evaluation.fillers import FILLERS, Models, fillers_of

# Takes of a prior that draws; so many of them have a clip, too.
TAKES, _TAKES_HEARD = 3, 2


def examples_here() -> list[tuple[Example, Path]]:
    """Those of `EXAMPLES` whose files are below `$VQKERAS_DATA`.

    Raises:
        UsageError: If none is.
    """
    root = Path(os.environ.get("VQKERAS_DATA", "."))
    found = [
        (example, root / example.file)
        for example in EXAMPLES
        if (root / example.file).is_file()
    ]
    if not found:
        raise UsageError(
            f"The examples are files such as {EXAMPLES[0].file}, and none is below "
            f"{root}. Set VQKERAS_DATA to the folder that holds them."
        )
    return found


def versions_of(
    models: Models, audio: NDArray[np.float32], region: Region, *, seed: int = 0
) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """A sound, and what a model makes of it, in every way that it has.

    Args:
        models: From `Models.of`.
        audio: Float32 array of shape `(samples,)`, at the model's rate.
        region: What to regenerate.
        seed: Of the first take; those after it count on. Defaults to `0`.

    Yields:
        Pairs of a name and samples of the same shape: `original`; `reconstructed`, all
        of it encoded and decoded; then, with only the region regenerated, `repair`, the
        prior's best guess, and `take_1` and so on, what it draws.
    """
    rate = models.bundle.settings.sample_rate
    given = AudioFile(audio[:, np.newaxis], rate, "FLOAT")
    yield "original", audio
    decoded = reconstruct(given, models.bundle, engine=models.engine)
    yield "reconstructed", decoded.audio_file.to_float()[:, 0]
    there = fillers_of(models.bundle)
    guess, drawn = (
        ("learned", "learned_drawn")
        if "learned" in there
        else ("naive_bayes", "naive_bayes_drawn")
    )
    takes = [("repair", guess, seed)]
    takes += [(f"take_{take + 1}", drawn, seed + take) for take in range(TAKES)]
    for name, filler, number in takes:
        edit = FILLERS[filler].sound(models, audio, region, seed=number)
        yield name, edit.audio_file.to_float()[:, 0]


def write_examples(bundle: Bundle, folder: Path, *, seed: int = 0) -> None:
    """Write the clips and the picture of every example whose file is here.

    Args:
        bundle: Model of sounds.
        folder: Where `NAME-VERSION.flac`, 16 bit, and `NAME.png` go, in place of older
            ones.
        seed: Of takes and texture. Defaults to `0`.

    Raises:
        UsageError: If no example is here.
        AudioError: If a file cannot be read.
    """
    from vqkeras.drawing import save
    from vqkeras.evaluation.examples_figure import example_figure

    found, models = examples_here(), Models.of(bundle)
    rate = bundle.settings.sample_rate
    folder.mkdir(parents=True, exist_ok=True)
    with progress(len(found), "examples") as advance:
        for example, path in found:
            first = round(example.start_s * rate)
            length = round(example.seconds * rate)
            audio = read_mono(path, rate)[first : first + length]
            versions = dict(versions_of(models, audio, example.region, seed=seed))
            heard = list(versions)[: len(versions) - TAKES + _TAKES_HEARD]
            for name in heard:
                samples = versions[name]
                clip = AudioFile(_rounded(samples)[:, np.newaxis], rate, "PCM_16")
                out = folder / f"{example.name}-{name.replace('_', '-')}.flac"
                write_audio(out, clip, force=True)
            figure = example_figure(example, versions, bundle.settings)
            save(figure, folder / f"{example.name}.png")
            advance(1)


def _rounded(samples: NDArray[np.float32]) -> NDArray[np.int16]:
    """Samples of 16 bit."""
    return np.rint(np.clip(samples, -1.0, 1.0) * 32767.0).astype(np.int16)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    return run_command(lambda given: _command(_parser().parse_args(given)), arguments)


def _command(options: argparse.Namespace) -> None:
    if options.seed < 0:
        raise UsageError(f"--seed must be 0 or more. Received: {options.seed}.")
    write_examples(load_model(options.model), options.out, seed=options.seed)


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="python -m vqkeras.evaluation.examples",
        description="Clips and pictures of what a model makes of a region of sounds "
        "that no training heard, found below $VQKERAS_DATA.",
    )
    parser.add_argument(
        "model", metavar="MODEL", help="a bundle, or the name of one that ships"
    )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="where they go"
    )
    parser.add_argument(
        "--seed", type=int, default=0, help="of takes and texture (default: 0)"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
