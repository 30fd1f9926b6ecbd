"""What a representation alone costs: sounds sent there and back, without any network.

All have some 320 numbers a frame, except the bins themselves, which stand beside them
for comparison: `warped`, mel bands, and bands of three bins each. The phase is that of
the original, so that only the loss of levels is heard.

    VQKERAS_DATA=... python tests/benchmarks/measure_representations.py --kind 8
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from edge_runtime.audio.resample import resample
from edge_runtime.phase.choice import with_phase
from edge_runtime.spectrogram.decibels import (
    magnitude_from_scaled,
    power_of,
    scaled_from_power,
)
from edge_runtime.spectrogram.log_magnitude import LogMagnitude
from edge_runtime.spectrogram.log_mel import LogMel
from edge_runtime.spectrogram.stft import istft, stft
from edge_runtime.spectrogram.warped import Warped
from vqkeras.datasets.example_blocks import evenly_spaced
from vqkeras.datasets.general_manifest import read_manifest
from vqkeras.evaluation.sound_measures import (
    envelope_correlation,
    level_error_db,
    log_mel_distance_db,
    spectral_convergence,
)

MEASURES = (
    "log_mel_distance_db",
    "spectral_convergence",
    "level_error_db",
    "envelope_correlation",
    "ms_per_second",
)
# Longest piece of a sound that is measured, in s.
SECONDS = 4.0


@dataclass(frozen=True)
class Numbers:
    """As `SpectrogramSettings`, which refuses mel bands that are narrower than bins."""

    n_mels: int | None = None
    representation: str = ""
    sample_rate: int = 44100
    n_fft: int = 2048
    hop_length: int = 512
    floor_db: float = -90.0


class ThreeBins(LogMagnitude):
    """Level in bands of three bins, of equal width: 341 of 1,024 bins."""

    def from_spectrum(self, spectrum, settings):
        power = power_of(spectrum[:, :1023]).reshape(len(spectrum), 341, 3)
        return scaled_from_power(power.mean(axis=2), settings)[:, :, np.newaxis]

    def to_magnitude(self, spectrogram, settings):
        bands = magnitude_from_scaled(spectrogram[:, :, 0], settings)
        return np.pad(np.repeat(bands, 3, axis=1), ((0, 0), (0, 2)))


RIVALS = {
    "warped, 320": (Warped(), Numbers()),
    "mel, 320": (LogMel(), Numbers(n_mels=320)),
    "mel, 185 (none below a bin)": (LogMel(), Numbers(n_mels=185)),
    "three bins each, 341": (ThreeBins(), Numbers()),
    "all bins, 1024": (LogMagnitude(), Numbers()),
}


def there_and_back(audio, representation, numbers):
    """The sound again, and how long its levels took, in ms per s of sound."""
    spectrum = stft(audio, n_fft=numbers.n_fft, hop_length=numbers.hop_length)
    started = time.perf_counter()
    spectrogram = representation.from_spectrum(spectrum, numbers)
    magnitude = representation.to_magnitude(spectrogram, numbers)
    spent = time.perf_counter() - started
    rebuilt = with_phase(
        magnitude,
        spectrum,
        np.ones(spectrum.shape, bool),
        phase="original",
        hop_length=numbers.hop_length,
        seed=0,
    )
    output = istft(rebuilt, hop_length=numbers.hop_length, length=len(audio))
    return output, spent * 1000.0 / (len(audio) / numbers.sample_rate)


def measured(sounds):
    """Rows of means by kind and representation."""
    values = defaultdict(list)
    for sound in sounds:
        audio, rate = sound.read()
        audio = resample(audio[: round(SECONDS * rate)], rate, 44100)
        for name, (representation, numbers) in RIVALS.items():
            output, cost = there_and_back(audio, representation, numbers)
            row = (
                log_mel_distance_db(audio, output, 44100),
                spectral_convergence(audio, output),
                level_error_db(audio, output),
                envelope_correlation(audio, output, 44100),
                cost,
            )
            values[sound.kind, name].append(row)
            values["all", name].append(row)
    return [
        {
            "kind": kind,
            "representation": name,
            "sounds": len(rows),
            **dict(zip(MEASURES, np.nanmean(rows, axis=0).tolist(), strict=True)),
        }
        for (kind, name), rows in sorted(values.items())
    ]


def main() -> None:
    """Measure sounds of the collection `general`; print a table or JSON."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--kind", type=int, default=8, help="sounds of each kind")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    by_kind = defaultdict(list)
    for sound in read_manifest(Path(os.environ["VQKERAS_DATA"]) / "general"):
        by_kind[sound.kind].append(sound)
    rows = measured(
        of_kind[place]
        for _, of_kind in sorted(by_kind.items())
        for place in evenly_spaced(len(of_kind), options.kind)
    )
    if options.json:
        print(json.dumps(rows, indent=2))
        return
    print(f"{'kind':14} {'representation':28} {'sounds':>6} ", *MEASURES)
    for row in rows:
        figures = [f"{row[name]:{len(name)}.4g}" for name in MEASURES]
        print(
            f"{row['kind']:14} {row['representation']:28} {row['sounds']:6} ", *figures
        )


if __name__ == "__main__":
    main()
