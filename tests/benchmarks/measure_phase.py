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
import csv
import os
import statistics
import sys
import time
import tracemalloc
from pathlib import Path

import numpy as np
import soundfile

from edge_runtime.audio.resample import resample
from edge_runtime.bundle.bundle_file import read_bundle
from edge_runtime.bundle.shipped import shipped_path
from edge_runtime.edit.sound_codec import SoundCodec
from edge_runtime.engines.load import load_engine
from edge_runtime.phase.bridged_phase import bridged_start
from edge_runtime.phase.continued import continued_phase
from edge_runtime.phase.forward_phase import ForwardPhase
from edge_runtime.phase.griffin_lim import griffin_lim
from edge_runtime.spectrogram.features import magnitude_of
from edge_runtime.spectrogram.stft import BLOCK, istft, stft
from edge_runtime.stage_times import StageTimes
from vqkeras.evaluation.partials import pitch_kept
from vqkeras.evaluation.sound_measures import log_mel_distance_db, spectral_convergence

RATE, N_FFT, HOP = 16000, 1024, 256
SAMPLES = 4 * RATE
METHODS = ("griffin_lim", "continued")


def spectrum_of(audio):
    return stft(audio, n_fft=N_FFT, hop_length=HOP)


def made(audio, mask, method, magnitude=None):
    """A sound, one channel or `(channels, samples)`, with new phases in a mask."""
    channels = np.atleast_2d(audio)
    known = np.stack([spectrum_of(channel) for channel in channels])
    if magnitude is None:
        magnitude = np.abs(known)
    if method == "continued":
        found = continued_phase(magnitude, known, mask, hop_length=HOP)
    else:
        found = np.stack(
            [
                griffin_lim(wanted, each, mask, hop_length=HOP, seed=0)
                for wanted, each in zip(magnitude, known, strict=True)
            ]
        )
    new = [istft(each, hop_length=HOP, length=channels.shape[1]) for each in found]
    return np.stack(new).reshape(audio.shape)


def everything(audio):
    return np.ones((audio.shape[-1] // HOP + 1, N_FFT // 2 + 1), bool)


def hole(audio, seconds, bins=slice(None), start=1.5):
    mask = np.zeros(everything(audio).shape, bool)
    first = round(start * RATE / HOP)
    mask[first : first + round(seconds * RATE / HOP), bins] = True
    return mask


def around(mask):
    """Samples of a hole and 1024 on each side of it."""
    frames = np.flatnonzero(mask.any(axis=1))
    return slice(max(0, frames[0] * HOP - 1024), (frames[-1] + 1) * HOP + 1024)


def snr_db(target, output):
    error = np.sum(np.square(target - output, dtype=np.float64))
    return 10 * np.log10(np.sum(np.square(target, dtype=np.float64)) / (error + 1e-30))


def dip_db(target, output, mask):
    """How much quieter than it was the output gets within 50 ms of a seam, in 10 ms."""
    step, dips = RATE // 100, []
    frames = np.flatnonzero(mask.any(axis=1))
    for seam in (frames[0] * HOP, frames[-1] * HOP):
        part = slice(seam - 5 * step, seam + 5 * step)
        levels = [
            10 * np.log10(np.square(each[part]).reshape(-1, step).mean(axis=1) + 1e-8)
            for each in (target, output)
        ]
        dips.append((levels[0] - levels[1]).max())
    return max(dips)


class Sounds:
    """What is drawn, and where from."""

    def __init__(self, data, seed):
        self._data, self._seed = Path(data), seed

    def notes(self, count):
        rng = np.random.default_rng(self._seed)
        paths = sorted(self._data.glob("nsynth/audio/*.flac"))
        chosen = rng.choice(len(paths), count, replace=False)
        return [self._read(paths[number]) for number in chosen]

    def loops(self):
        return [self._read(path) for path in sorted(self._data.glob("loops/*.flac"))]

    def recordings(self, count):
        """Of all kinds in turn, at least 4 s long."""
        rng = np.random.default_rng(self._seed)
        with open(self._data / "general" / "manifest.csv", newline="") as file:
            rows = [row for row in csv.DictReader(file) if float(row["seconds"]) >= 4]
        kinds = sorted({row["kind"] for row in rows})
        chosen = []
        for number in range(count):
            kind = kinds[number % len(kinds)]
            paths = [row["path"] for row in rows if row["kind"] == kind]
            chosen.append(paths[rng.integers(len(paths))])
        return [self._read(self._data / "general" / path) for path in chosen]

    def stereo(self):
        """The loops in pieces of 4 s, or less at their ends, both channels."""
        pieces = []
        for path in sorted(self._data.glob("loops/*.flac")):
            audio, rate = soundfile.read(path, dtype="float32", always_2d=True)
            low = np.stack([resample(each, rate, RATE) for each in audio.T])
            for first in range(0, low.shape[1] - 2 * RATE, SAMPLES // 2):
                pieces.append(low[:, first : first + SAMPLES])
        return pieces

    def _read(self, path):
        audio, rate = soundfile.read(path, dtype="float32", always_2d=True)
        audio = resample(audio.mean(axis=1), rate, RATE)[:SAMPLES]
        return np.pad(audio, (0, SAMPLES - len(audio))).astype(np.float32)


def tone(rng):
    times = np.arange(SAMPLES) / RATE
    hz, phase = rng.uniform(100, 7000), rng.uniform(0, 2 * np.pi)
    return (0.5 * np.sin(2 * np.pi * hz * times + phase)).astype(np.float32)


def row(name, values, targets, digits=3):
    """Print a row: both methods' values, and whether the new one meets its targets.

    Args:
        values: Per method a dict of measures.
        targets: Measure -> bound; a positive function of the old value or a number,
            with the sense in front of it.
    """
    parts = []
    for measure, after in values["continued"].items():
        before = values["griffin_lim"][measure]
        text = f"{measure} {before:.{digits}f} -> {after:.{digits}f}"
        if measure in targets:
            sense, bound = targets[measure]
            bound = bound(before) if callable(bound) else bound
            is_met = after <= bound if sense == "<=" else after >= bound
            text += f" ({sense} {bound:.{digits}f}: {'met' if is_met else 'MISSED'})"
        parts.append(text)
    print(f"{name}: " + "; ".join(parts), flush=True)


def compared(sounds, mask_of, measures_of, summaries=None):
    """Per method, every measure over the sounds that have it: a mean, if not said."""
    values = {}
    for method in METHODS:
        found = []
        for audio in sounds:
            mask = mask_of(audio)
            if np.abs(audio[..., around(mask)]).max() > 1e-3:  # else nothing to find
                found.append(measures_of(audio, made(audio, mask, method), mask))
        values[method] = {}
        for name in found[0]:
            numbers = [float(each[name]) for each in found if each[name] is not None]
            summary = (summaries or {}).get(name, np.mean)
            values[method][name] = float(summary(numbers))
    return values


def high(numbers):
    return np.percentile(numbers, 90)


def whole_measures(audio, output, mask):
    return {
        "SC": spectral_convergence(audio, output),
        "log-mel dB": log_mel_distance_db(audio, output, RATE),
        "kept": pitch_kept(audio, output, RATE),
    }


def local_measures(audio, output, mask):
    part = around(mask)
    return {
        "SC": spectral_convergence(audio[part], output[part]),
        "log-mel dB": log_mel_distance_db(audio[part], output[part], RATE),
    }


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


def table_times(sounds):
    audio = sounds.notes(1)[0]
    known = spectrum_of(audio)[np.newaxis]
    magnitude = np.abs(known)
    for name, mask, target, start_target in (
        ("4 s, whole", everything(audio), 0.40, 0.10),
        ("hole of 1 s", hole(audio, 1.0), 0.50, None),
    ):

        def old(mask=mask):
            griffin_lim(magnitude[0], known[0], mask, hop_length=HOP, seed=0)

        def new(mask=mask):
            continued_phase(magnitude, known, mask, hop_length=HOP)

        def start(mask=mask):
            if not mask.all():
                return list(bridged_start(magnitude, known, mask, HOP))
            forward, wide = ForwardPhase(N_FFT, HOP), magnitude[0].astype(np.float64)
            for at in range(0, len(wide), BLOCK):
                after = wide[at + BLOCK] if at + BLOCK < len(wide) else None
                forward.add(wide[at : at + BLOCK], after)
            return None

        # As in an edit, where much larger arrays have come and gone: what small ones
        # free then stays with the process.
        np.ones(1 << 21).sum()
        times = []
        for _ in range(25):
            for function in (old, new, start):
                begin = time.process_time()
                function()
                times.append(1e3 * (time.process_time() - begin))
        old_ms, new_ms, start_ms = (statistics.median(times[i::3]) for i in range(3))
        tracemalloc.start()
        new()
        peak = tracemalloc.get_traced_memory()[1] / 1e6
        tracemalloc.stop()
        is_met = new_ms <= target * old_ms
        text = f"{name}: {old_ms:.1f} -> {new_ms:.1f} ms of processor time, "
        text += (
            f"{new_ms / old_ms:.2f} (<= {target}: {'met' if is_met else 'MISSED'}); "
        )
        text += f"start alone {start_ms:.1f} ms, {start_ms / old_ms:.3f}"
        if start_target:
            is_met = start_ms <= start_target * old_ms
            text += f" (<= {start_target}: {'met' if is_met else 'MISSED'})"
        print(f"{text}; peak {peak:.1f} MB", flush=True)


TABLES = {
    name.removeprefix("table_"): function
    for name, function in globals().items()
    if name.startswith("table_")
}


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
