"""What a run keeps of each kind of sound, from sources it never heard."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_runtime.edit.decoded import Decoded, textured_magnitude
from edge_runtime.spectrogram.features import (
    magnitude_of,
    spectrogram_from,
    spectrogram_of,
)
from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras.datasets.example_blocks import evenly_spaced
from vqkeras.datasets.progress import progress
from vqkeras.datasets.split import Split
from vqkeras.evaluation.opus import through_opus
from vqkeras.evaluation.patch_stages import PatchStages
from vqkeras.evaluation.reconstruction import scaled_magnitude
from vqkeras.evaluation.reconstruction_error import ReconstructionError, shares_within
from vqkeras.evaluation.sound import measures_of_sound
from vqkeras.evaluation.sound_measures import envelope_correlation
from vqkeras.presets.preset import Preset
from vqkeras.run import Run
from vqkeras.spectrogram_sound import sound_of_magnitude

# Examples of each kind, of 4 s: a minute and a half.
PER_KIND = 24


def has_kinds(split: Split) -> bool:
    """Whether the examples of a split say what kind of sound they are."""
    return "kind" in split.metadata[0]


def evaluate_kinds(
    run: Run | Preset,
    split: Split,
    *,
    limit: int | None = None,
    patches: PatchStages | None = None,
    opus_bps: float | None = None,
) -> list[dict[str, Any]]:
    """Reconstruct examples of each kind, with the phase of the original.

    A new phase would add its own error, the same for all; what differs here is what
    the codes keep.

    Args:
        run: A run trained on sound.
        split: Examples whose metadata has a `kind`.
        limit: At most this many examples of a kind, 24 at most. Defaults to 24.
        patches: The k-means baseline. Defaults to none.
        opus_bps: Bits per second that Opus is asked for. Defaults to no Opus.

    Returns:
        A row for each `kind` and `spectrogram` (`this_run`; `this_run_texture`, with
        the texture of noise that a run with a spread gives; `kmeans_patches`;
        `the_original`: what the representation costs before any code does; and `opus`,
        that codec with its own phase), with `num_examples`, `num_pitched` and means
        over the examples: `lsd_db`, `log_mel_distance_db`, `spectral_convergence`,
        `level_error_db`, `envelope_correlation` and `pitch_kept`. Of a run with a
        spread also `within_one_spread` and `within_two_spreads`, the shares of values
        that near to the decoded mean; of Opus also `bitrate_bps`.
    """
    settings = run.settings
    places: dict[str, list[int]] = defaultdict(list)
    for place, metadata in enumerate(split.metadata):
        places[metadata["kind"]].append(place)
    chosen = [
        (kind, of_kind[index])
        for kind, of_kind in sorted(places.items())
        for index in evenly_spaced(len(of_kind), min(limit or PER_KIND, PER_KIND))
    ]
    values: dict[tuple[str, str], dict[str, list[float]]] = {}
    with progress(len(chosen), "sounds of all kinds") as advance:
        for kind, place in chosen:
            example, audio = split[place], split.audio(place)
            for output in _outputs(run, example, patches, seed=place):
                heard = sound_of_magnitude(
                    output.magnitude, audio, settings, phase="original", seed=0
                )
                measured = _measures(audio, heard, settings.sample_rate)
                measured["lsd_db"] = _lsd_db(settings, example, output.spectrogram)
                _add(values, (kind, output.name), measured | output.within)
            if opus_bps is not None:
                measured = _opus_measures(settings, example, audio, opus_bps)
                _add(values, (kind, "opus"), measured)
            advance(1)
    return [
        {"kind": kind, "spectrogram": name, **_means(row)}
        for (kind, name), row in values.items()
    ]


@dataclass(frozen=True, eq=False)
class _Output:
    """What is made to sound.

    Attributes:
        name: What gave it.
        spectrogram: Float32 array of shape `(frames, bins, channels)`.
        magnitude: The same, linear, of shape `(frames, n_fft // 2 + 1)`.
        within: What its spread says.
    """

    name: str
    spectrogram: NDArray[np.float32]
    magnitude: NDArray[np.float32]
    within: dict[str, float] = field(default_factory=dict)


def _outputs(
    run: Run | Preset,
    example: NDArray[np.float32],
    patches: PatchStages | None,
    *,
    seed: int,
) -> list[_Output]:
    settings = run.settings
    batch = example[np.newaxis]
    found = run.model(batch, training=False, details=True)
    output = np.asarray(found["reconstruction"])[0]
    smooth = magnitude_of(output, settings)
    if "spread" in found:
        spread = np.asarray(found["spread"])[0]
        textured = textured_magnitude(
            Decoded(output, spread), settings, texture=1.0, seed=seed, first_frame=0
        )
        again = spectrogram_from(textured.astype(np.complex64), settings)
        outputs = [
            _Output("this_run", output, smooth, shares_within(example, output, spread)),
            _Output("this_run_texture", again, textured),
        ]
    else:
        outputs = [_Output("this_run", output, smooth)]
    others = [("the_original", example)]
    if patches is not None:
        others.insert(0, ("kmeans_patches", patches.reconstruct(batch)[0]))
    return outputs + [
        _Output(name, given, magnitude_of(given, settings)) for name, given in others
    ]


def _add(
    values: dict[tuple[str, str], dict[str, list[float]]],
    name: tuple[str, str],
    measured: dict[str, float],
) -> None:
    row = values.setdefault(name, defaultdict(list))
    for measure, value in measured.items():
        row[measure].append(value)


def _opus_measures(
    settings: SpectrogramSettings,
    example: NDArray[np.float32],
    audio: NDArray[np.float32],
    wanted_bps: float,
) -> dict[str, float]:
    """Measures of a sound that went through Opus, and the rate it took."""
    heard, bitrate_bps = through_opus(
        audio, settings.sample_rate, wanted_bps=wanted_bps
    )
    return _measures(audio, heard, settings.sample_rate) | {
        "lsd_db": _lsd_db(settings, example, spectrogram_of(heard, settings)),
        "bitrate_bps": bitrate_bps,
    }


def _measures(
    target: NDArray[np.float32], output: NDArray[np.float32], sample_rate: int
) -> dict[str, float]:
    """Measures of one sound; NaN where one does not apply."""
    correlation = envelope_correlation(target, output, sample_rate)
    return {
        **measures_of_sound(target, output, sample_rate),
        "envelope_correlation": correlation,
    }


def _lsd_db(
    settings: SpectrogramSettings,
    example: NDArray[np.float32],
    output: NDArray[np.float32],
) -> float:
    error = ReconstructionError(settings.floor_db)
    error.add(
        scaled_magnitude(example[np.newaxis], settings),
        scaled_magnitude(output[np.newaxis], settings),
    )
    return error.lsd_db


def _means(row: dict[str, list[float]]) -> dict[str, Any]:
    pitched = [value for value in row["pitch_kept"] if math.isfinite(value)]
    result: dict[str, Any] = {
        "num_examples": len(row["lsd_db"]),
        "num_pitched": len(pitched),
    }
    for measure, of_examples in row.items():
        finite = [value for value in of_examples if math.isfinite(value)]
        if finite:
            result[measure] = float(np.mean(finite))
    return result
