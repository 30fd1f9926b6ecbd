"""Evaluation on loops: a model must not fall apart on a chord or a drum."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_runtime.spectrogram.features import spectrogram_of
from vqkeras.datasets.audio_clip import read_mono
from vqkeras.evaluation.patch_stages import PatchStages
from vqkeras.evaluation.reconstruction import scaled_magnitude
from vqkeras.evaluation.reconstruction_error import ReconstructionError
from vqkeras.run import Run

_SUFFIXES = (".flac", ".wav")


def loop_files() -> list[Path]:
    """WAV and FLAC files of `$VQKERAS_DATA/loops`, by name; none where it is not."""
    root = os.environ.get("VQKERAS_DATA")
    folder = Path(root) / "loops" if root else None
    if folder is None or not folder.is_dir():
        return []
    return sorted(file for file in folder.iterdir() if file.suffix in _SUFFIXES)


def evaluate_loops(
    run: Run, files: list[Path], *, patches: PatchStages | None = None
) -> list[dict[str, Any]]:
    """Reconstruct whole sound files.

    Args:
        run: A run trained on sound.
        files: What to read; channels are averaged.
        patches: The k-means baseline, learned from what the run learned from. Defaults
            to none.

    Returns:
        One row per file: `loop`, its name; `duration_s`; `nmse`, whose variance is
        that of this file; `lsd_db`; and `kmeans_patches` with the same two.

    Raises:
        AudioError: If a file cannot be read.
    """
    settings = run.settings
    rows = []
    for file in files:
        audio = read_mono(file, settings.sample_rate)
        example = spectrogram_of(audio, settings)[np.newaxis]
        row = {"loop": file.stem, "duration_s": len(audio) / settings.sample_rate}
        row |= _errors(run, example, np.asarray(run.model(example)))
        if patches is not None:
            output = patches.reconstruct(example)
            row["kmeans_patches"] = _errors(run, example, output)
        rows.append(row)
    return rows


def _errors(
    run: Run, example: NDArray[np.float32], output: NDArray[np.float32]
) -> dict[str, float]:
    settings = run.settings
    error = ReconstructionError(settings.floor_db)
    error.add(scaled_magnitude(example, settings), scaled_magnitude(output, settings))
    return {"nmse": error.nmse, "lsd_db": error.lsd_db}
