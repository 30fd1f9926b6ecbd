"""Sounds with holes, their phases made anew, and how far from the truth those are."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import soundfile

from edge_runtime.audio.resample import resample
from edge_runtime.phase.continued import continued_phase
from edge_runtime.phase.griffin_lim import griffin_lim
from edge_runtime.spectrogram.stft import istft, stft
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


def compared(sounds, mask_of, measures_of, summaries=None, methods=METHODS):
    """Per method, every measure over the sounds that have it: a mean, if not said."""
    values = {}
    for method in methods:
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
