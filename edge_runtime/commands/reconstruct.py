"""`reconstruct`: a whole sound through encoder, codebook and decoder."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_runtime.bundle.sealed_zip import npz_of
from edge_runtime.commands.edit_arguments import (
    add_sound_arguments,
    add_texture_option,
    read_inputs,
)
from edge_runtime.commands.edit_result import write_sound
from edge_runtime.edit.reconstruction import Spectra, reconstruct
from edge_runtime.engines.load import load_engine
from edge_runtime.errors import UsageError
from edge_runtime.output_file import check_output, output_file

HELP = "send a whole sound through the model and back"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what this command understands."""
    add_sound_arguments(parser, phase="original")
    add_texture_option(parser)
    parser.add_argument(
        "--spectrogram",
        type=Path,
        metavar="X.npz",
        help="also write original_db and reconstruction_db (frames, bins) and codemap "
        "(map_frames, map_bins); with several channels, these come first",
    )


def run(arguments: argparse.Namespace) -> int:
    """Reconstruct and print how far the result is from the input."""
    spectrogram: Path | None = arguments.spectrogram
    if spectrogram is not None:
        if spectrogram.suffix != ".npz":
            raise UsageError(f"--spectrogram must end in .npz: {spectrogram}.")
        check_output(spectrogram, force=arguments.force)
    inputs = read_inputs(arguments)
    with inputs.times.stage("load"):
        engine = load_engine(inputs.bundle, arguments.engine)
    result = reconstruct(
        inputs.audio_file,
        inputs.bundle,
        engine=engine,
        phase=arguments.phase,
        seed=arguments.seed,
        texture=arguments.texture,
        keep_spectra=spectrogram is not None,
    )
    report: dict[str, Any] = {
        "engine": engine.name,
        "codes": int(result.codemap.size),
        "lsd_db": result.lsd_db,
    }
    if spectrogram is not None and result.spectra is not None:
        _write_spectrogram(
            spectrogram, result.spectra, result.codemap, force=arguments.force
        )
        report["spectrogram"] = str(spectrogram)
    text = (
        f"rebuilt from {report['codes']} codes, "
        f"log-spectral distance {report['lsd_db']:.2f} dB"
    )
    write_sound(arguments, inputs, result.audio_file, result.seconds, report, text)
    return 0


def _write_spectrogram(
    path: Path, spectra: Spectra, codemap: NDArray[np.int32], *, force: bool
) -> None:
    arrays: dict[str, NDArray[Any]] = {
        "original_db": spectra.original_db,
        "reconstruction_db": spectra.reconstruction_db,
        "codemap": codemap,
    }
    if len(codemap) == 1:
        arrays = {name: array[0] for name, array in arrays.items()}
    with output_file(path, force=force) as temporary:
        temporary.write_bytes(npz_of(arrays))
