"""Sounds to listen to: what a model makes of one region of each, heard and seen.

`python -m vqkeras.evaluation.examples MODEL --out DIR` writes, for each sound of
`EXAMPLES`, clips and a picture: the original, the codes' best, the likeliest and takes.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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
from vqkeras.evaluation.fillers import FILLERS, Models, fillers_of

# Takes of a prior that draws; so many of them have a clip, too.
TAKES, _TAKES_HEARD = 3, 2


@dataclass(frozen=True)
class Example:
    """A part of a sound that no training heard, and a region of that part.

    Attributes:
        name: Of its clips and picture.
        title: What one hears, for people.
        file: Below `$VQKERAS_DATA`.
        start_s: Where the part begins in the file.
        seconds: How long it is.
        region: What is regenerated; its times count from the part's start.
        credit: Who made it, and under which licence.
    """

    name: str
    title: str
    file: str
    start_s: float
    seconds: float
    region: Region
    credit: str


_TOP_HZ = 22050.0
_NSYNTH = "NSynth, Engel et al. 2017, CC BY 4.0"
_GROOVE = "Groove MIDI Dataset, CC BY 4.0, played with Gogodze Phu Vol II, CC0"
_LIBRISPEECH = "LibriSpeech, reader 118, CC BY 4.0"
_QUARTET = "OpenScore String Quartets, CC0, played with FluidR3Mono_GM, MIT"
_BAND = "own pattern, CC0, drums after the Groove MIDI Dataset, CC BY 4.0"
_SINGER = "vocadito, clip 1, CC BY 4.0"
_ENGINE = "ESC-10, CC BY 3.0; clip by senorstudy, Freesound 193480, CC0"

EXAMPLES = (
    Example(
        "snare",
        "a snare hit in a drum loop",
        "general/drums_loops/groove_render_012.flac",
        1.0,
        1.8,
        Region(0.52, 0.84, 0.0, _TOP_HZ),
        _GROOVE,
    ),
    Example(
        "tabla",
        "five strokes of a tabla, the third and fourth gone",
        "loops/loop_tabla.flac",
        0.9,
        1.8,
        Region(0.55, 1.0, 0.0, _TOP_HZ),
        "supersonic samples, CC0",
    ),
    Example(
        "syllable",
        "a syllable of a sentence",
        "general/speech/librispeech_049.flac",
        0.0,
        1.8,
        Region(0.78, 1.06, 0.0, _TOP_HZ),
        _LIBRISPEECH,
    ),
    Example(
        "trumpet",
        "a held note of brass, its lower partials",
        "nsynth/audio/brass_acoustic_046-069-127.flac",
        0.4,
        1.8,
        Region(0.6, 1.1, 300.0, 3000.0),
        _NSYNTH,
    ),
    Example(
        "strings",
        "a chord of a string quartet, its middle",
        "general/polyphony/openscore_031.flac",
        2.0,
        1.8,
        Region(0.6, 1.1, 200.0, 2500.0),
        _QUARTET,
    ),
    Example(
        "band",
        "a band: drums, bass and keys",
        "general/polyphony/own_band_004.flac",
        2.4,
        1.8,
        Region(0.62, 1.08, 100.0, 5000.0),
        _BAND,
    ),
    Example(
        "singing",
        "a voice alone",
        "general/singing/vocadito_001.flac",
        4.2,
        1.8,
        Region(0.6, 0.95, 0.0, _TOP_HZ),
        _SINGER,
    ),
    Example(
        "helicopter",
        "a machine far away",
        "general/environment/esc10_048.flac",
        1.0,
        1.8,
        Region(0.6, 1.1, 0.0, _TOP_HZ),
        _ENGINE,
    ),
)


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
