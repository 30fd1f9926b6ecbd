"""What the phase `continued` brings against `griffin_lim`, on notes and recordings.

Notes of NSynth, loops and recordings are drawn with a seed from VQKERAS_DATA, the
folder with `nsynth/`, `loops/` and `general/`. Everything runs at 16 kHz on the first
4 s, window 1024, hop 256. Tables are printed with `griffin_lim` first; the last column
says which targets are met. Measures of holes look at the hole and 1024 samples on each
side of it.

    VQKERAS_DATA=... python tests/benchmarks/measure_phase.py [--seed 1] [TABLE ...]
"""

from __future__ import annotations

import argparse
import os
import sys

import numpy as np
from phase_iterations import table_iterations
from phase_measures import (
    METHODS,
    RATE,
    SAMPLES,
    Sounds,
    around,
    compared,
    dip_db,
    everything,
    high,
    hole,
    local_measures,
    made,
    row,
    snr_db,
    spectrum_of,
    tone,
    whole_measures,
)
from phase_times import table_times

from edge_runtime.bundle.bundle_file import read_bundle
from edge_runtime.bundle.shipped import shipped_path
from edge_runtime.edit.sound_codec import SoundCodec
from edge_runtime.engines.load import load_engine
from edge_runtime.spectrogram.features import magnitude_of
from edge_runtime.stage_times import StageTimes
from vqkeras.evaluation.partials import pitch_kept
from vqkeras.evaluation.sound_measures import log_mel_distance_db, spectral_convergence


def table_notes(sounds):
    values = compared(sounds.notes(60), everything, whole_measures)
    targets = {"SC": ("<=", 0.025), "log-mel dB": ("<=", 0.14), "kept": (">=", 0.98)}
    row("60 notes, whole", values, targets)


def table_codec(sounds):
    bundle = read_bundle(shipped_path("nsynth_light"))
    codec = SoundCodec(bundle, load_engine(bundle), StageTimes())
    values = {}
    notes = sounds.notes(60)
    for method in METHODS:
        found, kept = [], 0
        for audio in notes:
            analysis = codec.analyse(audio)
            decoded = codec.decode(analysis.codemap, len(analysis.spectrum))
            wanted = magnitude_of(decoded.spectrogram, bundle.settings)
            output = made(audio, everything(audio), method, wanted[np.newaxis])
            heard = np.abs(spectrum_of(output))
            error = np.linalg.norm(heard - wanted) / np.linalg.norm(wanted)
            kept += bool(pitch_kept(audio, output, RATE))
            found.append((error, log_mel_distance_db(audio, output, RATE)))
        error, distance = np.mean(found, axis=0)
        values[method] = {"error": error, "log-mel dB": distance, "kept of 60": kept}
    targets = {
        "error": ("<=", 0.115),
        "log-mel dB": ("<=", lambda before: before + 0.01),
        "kept of 60": (">=", lambda before: before),
    }
    row(f"60 notes after {shipped_path('nsynth_light').stem}", values, targets)


def table_whole(sounds):
    same = {"log-mel dB": ("<=", lambda before: before)}
    for name, chosen, bound in (
        ("3 loops, whole", sounds.loops(), 0.065),
        ("12 recordings, whole", sounds.recordings(12), 0.045),
    ):
        values = compared(chosen, everything, whole_measures)
        for each in values.values():
            del each["kept"]
        row(name, values, {"SC": ("<=", bound), **same})


def table_tones(sounds):
    rng = np.random.default_rng(sounds._seed)
    tones = [tone(rng) for _ in range(16)]
    for seconds in (0.25, 0.5, 1.0):
        values = compared(
            tones,
            lambda audio, seconds=seconds: hole(audio, seconds),
            lambda audio, output, mask: {
                "median SNR dB": snr_db(audio[around(mask)], output[around(mask)])
            },
            {"median SNR dB": np.median},
        )
        row(f"16 sines, hole of {seconds} s", values, {"median SNR dB": (">=", 50)}, 1)


def table_note_holes(sounds):
    def measures(audio, output, mask):
        part = around(mask)
        return {
            **whole_measures(audio[part], output[part], mask),
            "median SNR dB": snr_db(audio[part], output[part]),
            "p90 dip dB": dip_db(audio, output, mask),
        }

    values = compared(
        sounds.notes(30),
        lambda audio: hole(audio, 0.5),
        measures,
        {"median SNR dB": np.median, "p90 dip dB": high},
    )
    targets = {
        "median SNR dB": (">=", 28),
        "p90 dip dB": ("<=", 1.0),
        "SC": ("<=", 0.025),
        "kept": (">=", 0.9),
    }
    row("30 notes, hole of 0.5 s", values, targets)


def table_holes(sounds):
    def measures(audio, output, mask):
        local = local_measures(audio, output, mask)
        return {**local, "p90 dip dB": dip_db(audio, output, mask)}

    chosen = sounds.loops() + sounds.recordings(12)
    values = compared(
        chosen, lambda audio: hole(audio, 0.5), measures, {"p90 dip dB": high}
    )
    same = "<=", lambda before: before
    targets = {"SC": ("<=", 0.06), "log-mel dB": same, "p90 dip dB": same}
    row("15 loops and recordings, hole of 0.5 s", values, targets)


def table_boxes(sounds):
    def strongest(audio):
        power = np.square(np.abs(spectrum_of(audio)))[94:157].sum(axis=0)
        first = int(power.argmax()) // 4 * 4
        return hole(audio, 1.0, slice(first, first + 4))

    def narrow(audio):
        return hole(audio, 1.0, slice(40, 44))

    def measures(audio, output, mask):
        part = around(mask)
        return {"median SNR dB": snr_db(audio[part], output[part])}

    median = {"median SNR dB": np.median}
    values = compared(sounds.notes(30), strongest, measures, median)
    row("30 notes, box of 62 Hz on the strongest partial, 1 s", values, {}, 1)
    chosen = sounds.loops() + sounds.recordings(12)
    values = compared(chosen, narrow, local_measures)
    targets = {"SC": ("<=", lambda before: before)}
    row("15 loops and recordings, box of 62 Hz, 1 s", values, targets, 4)


def table_noise(sounds):
    rng = np.random.default_rng(sounds._seed)
    noises = [rng.normal(0, 0.1, SAMPLES).astype(np.float32) for _ in range(6)]
    values = compared(noises, everything, local_measures)
    targets = {"log-mel dB": ("<=", lambda before: before + 0.06)}
    row("6 white noises, whole", values, targets)


def table_stereo(sounds):
    def correlation(audio):
        return float(np.corrcoef(audio)[0, 1])

    def measures(audio, output, mask):
        part = slice(None) if mask.all() else around(mask)
        before, after = audio[:, part], output[:, part]
        pairs = list(zip(before, after, strict=True))
        middle, side = (
            (before[0] + sign * before[1], after[0] + sign * after[1])
            for sign in (1, -1)
        )
        return {
            "SC each": np.mean([spectral_convergence(*pair) for pair in pairs]),
            "L+R": spectral_convergence(*middle),
            "median L-R": spectral_convergence(*side),
            "correlation": abs(correlation(after) - correlation(before)),
        }

    pieces = sounds.stereo()
    for name, mask_of in (
        ("whole", everything),
        ("hole of 0.5 s", lambda audio: hole(audio, 0.5, start=0.7)),
        ("hole of 1 s", lambda audio: hole(audio, 1.0, start=0.7)),
    ):
        values = compared(pieces, mask_of, measures, {"median L-R": np.median})
        targets = {"correlation": ("<=", 0.12)} if name == "whole" else {}
        row(f"{len(pieces)} pieces of stereo loops, {name}", values, targets)


def table_rounding(sounds):
    """How far magnitudes that are off by 1e-7 move the samples, in 16-bit steps."""
    rng = np.random.default_rng(sounds._seed)
    for name, mask_of in (
        ("whole", everything),
        ("hole of 1 s", lambda audio: hole(audio, 1.0)),
    ):
        values = {}
        for method in METHODS:
            steps = []
            for audio in sounds.recordings(12):
                magnitude = np.abs(spectrum_of(audio)).astype(np.float64)
                noise = 1 + 1e-7 * rng.uniform(-1, 1, magnitude.shape)
                first, second = (
                    made(audio, mask_of(audio), method, wanted[np.newaxis])
                    for wanted in (magnitude, magnitude * noise)
                )
                steps.append(np.abs(first - second).max() * 32768)
            values[method] = {"steps": max(steps)}
        row(f"12 recordings, {name}, off by 1e-7", values, {"steps": ("<=", 1.0)}, 4)


TABLES = {
    name.removeprefix("table_"): function
    for name, function in globals().items()
    if name.startswith("table_")
} | {"iterations": table_iterations, "times": table_times}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tables", nargs="*", default=[], metavar="TABLE")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    data = os.environ.get("VQKERAS_DATA")
    if not data:
        print("Set VQKERAS_DATA to the folder with nsynth, loops, general.")
        return 2
    sounds = Sounds(data, arguments.seed)
    print(f"data {data}, seed {arguments.seed}, numpy {np.__version__}")
    for name in arguments.tables or TABLES:
        TABLES[name](sounds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
