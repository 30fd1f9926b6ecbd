"""Evaluation of sound: decoded spectrograms of unseen notes, with a phase again."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_runtime.phase.choice import phases_of
from vqkeras.datasets.example_blocks import evenly_spaced
from vqkeras.datasets.progress import progress
from vqkeras.datasets.split import Split
from vqkeras.evaluation.opus import opus_is_here, through_opus
from vqkeras.evaluation.partials import pitch_kept
from vqkeras.evaluation.patch_stages import PatchStages
from vqkeras.evaluation.sound_measures import (
    level_error_db,
    log_mel_distance_db,
    spectral_convergence,
)
from vqkeras.run import Run
from vqkeras.spectrogram_sound import sound_of

# Notes whose sound is made, each several ways: Griffin-Lim takes seconds for ten.
NOTES = 100


def evaluate_sound(
    run: Run,
    split: Split,
    *,
    limit: int | None = None,
    seed: int = 0,
    patches: PatchStages | None = None,
) -> dict[str, Any]:
    """Compare sounds, not spectrograms.

    Args:
        run: A run trained on sound.
        split: What to reconstruct.
        limit: At most this many examples, 100 at most. Defaults to 100.
        seed: Start of Griffin-Lim. Defaults to `0`.
        patches: The k-means baseline. Defaults to none.

    Returns:
        `num_examples`; `num_pitched`, how many of them have a clear pitch; and `rows`,
        one per `spectrogram` and `phase` (`phases_of` the run's settings), with means
        over the examples: `log_mel_distance_db`, `spectral_convergence`,
        `level_error_db`, and `pitch_kept`, the share of the pitched ones whose
        strongest partials stay within 20 cents. Spectrograms are those of `this_run`,
        of `kmeans_patches`, and `the_original`: what phase, floor and representation
        cost before any code does. Where libsndfile has Opus, a last row `opus` is that
        codec at its lowest rate, with its own phase and its `bitrate_bps`.
    """
    settings = run.settings
    phases = phases_of(settings)
    places = evenly_spaced(len(split), min(limit or NOTES, NOTES))
    with_opus = opus_is_here()
    values: dict[tuple[str, str, str], list[float]] = defaultdict(list)
    with progress(len(places), "sounds") as advance:
        for place in places:
            audio = split.audio(place)
            for name, spectrogram in _spectrograms(run, split[place], patches):
                for phase in phases:
                    output = sound_of(
                        spectrogram, audio, settings, phase=phase, seed=seed
                    )
                    measured = measures_of_sound(audio, output, settings.sample_rate)
                    for measure, value in measured.items():
                        values[name, phase, measure].append(value)
            if with_opus:
                output, bits_per_second = through_opus(audio, settings.sample_rate)
                measured = measures_of_sound(audio, output, settings.sample_rate)
                measured["bitrate_bps"] = bits_per_second
                for measure, value in measured.items():
                    values["opus", "its own", measure].append(value)
            advance(1)
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for (name, phase, measure), of_notes in values.items():
        row = rows.setdefault((name, phase), {"spectrogram": name, "phase": phase})
        finite = [value for value in of_notes if math.isfinite(value)]
        if finite:
            row[measure] = float(np.mean(finite))
    pitched = values["the_original", phases[0], "pitch_kept"]
    return {
        "num_examples": len(places),
        "num_pitched": sum(math.isfinite(value) for value in pitched),
        "rows": list(rows.values()),
    }


def _spectrograms(
    run: Run, example: NDArray[np.float32], patches: PatchStages | None
) -> Iterator[tuple[str, NDArray[np.floating]]]:
    """What is made to sound, with its name."""
    yield "this_run", np.asarray(run.model(example[np.newaxis]))[0]
    if patches is not None:
        yield "kmeans_patches", patches.reconstruct(example[np.newaxis])[0]
    yield "the_original", example


def measures_of_sound(
    target: NDArray[np.float32], output: NDArray[np.float32], sample_rate: int
) -> dict[str, float]:
    """All measures of one sound; NaN where one does not apply."""
    kept = pitch_kept(target, output, sample_rate)
    return {
        "log_mel_distance_db": log_mel_distance_db(target, output, sample_rate),
        "spectral_convergence": spectral_convergence(target, output),
        "level_error_db": level_error_db(target, output),
        "pitch_kept": math.nan if kept is None else float(kept),
    }
