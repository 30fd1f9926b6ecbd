"""Speed of the STFT, its inverse and Griffin-Lim against librosa.

Four seconds at 16 kHz, window 1024, hop 256; 32 iterations; Griffin-Lim with everything
masked, which is what librosa does, and with a hole of 1 s. Runs are interleaved and
medians compared, so that a busy machine slows both. Exits with 1 if a result differs
or a ratio falls short of its target.

    python tests/benchmarks/bench_phase.py
"""

from __future__ import annotations

import statistics
import sys
import time

import librosa
import numpy as np

from edge_runtime.phase.griffin_lim import griffin_lim
from edge_runtime.spectrogram.stft import istft, stft

RATE, SECONDS, N_FFT, HOP, ITERATIONS = 16000, 4, 1024, 256, 32
ROUNDS, TRANSFORMS_PER_ROUND = 11, 5
TARGETS = {
    "STFT": 1.0,
    "inverse STFT": 1.0,
    "STFT and inverse": 2.0,
    "Griffin-Lim, everything": 2.0,
    "Griffin-Lim, hole of 1 s": 6.0,
}


def note():
    """Eight decaying harmonics of 220 Hz and a little noise."""
    times = np.arange(RATE * SECONDS) / RATE
    harmonics = [
        np.sin(2 * np.pi * 220 * h * times) * np.exp(-times * h / 2) / h
        for h in range(1, 9)
    ]
    noise = np.random.default_rng(0).normal(0, 0.001, len(times))
    return (0.3 * np.sum(harmonics, axis=0) + noise).astype(np.float32)


def milliseconds(function):
    start = time.perf_counter()
    function()
    return 1e3 * (time.perf_counter() - start)


def convergence(audio, magnitude):
    rebuilt = np.abs(stft(audio, n_fft=N_FFT, hop_length=HOP))
    return np.linalg.norm(rebuilt - magnitude) / np.linalg.norm(magnitude)


def main() -> int:
    audio = note()
    samples = len(audio)
    spectrum = stft(audio, n_fft=N_FFT, hop_length=HOP)
    magnitude = np.abs(spectrum)
    everything = np.ones(spectrum.shape, bool)
    hole = np.zeros(spectrum.shape, bool)
    hole[100 : 100 + RATE // HOP] = True

    def ours(mask):
        return griffin_lim(
            magnitude, spectrum, mask, hop_length=HOP, iterations=ITERATIONS, seed=0
        )

    def theirs():
        return librosa.griffinlim(
            magnitude.T,
            n_iter=ITERATIONS,
            hop_length=HOP,
            pad_mode="constant",
            length=samples,
            random_state=0,
        )

    def their_stft():
        return librosa.stft(audio, n_fft=N_FFT, hop_length=HOP, pad_mode="constant")

    def their_istft():
        return librosa.istft(spectrum.T, n_fft=N_FFT, hop_length=HOP, length=samples)

    difference = max(
        np.abs(spectrum - their_stft().T).max(),
        np.abs(istft(spectrum, hop_length=HOP, length=samples) - their_istft()).max(),
    )
    print(f"largest difference of the transforms: {difference:.1e}")
    rebuilt = istft(ours(everything), hop_length=HOP, length=samples)
    print(
        f"spectral convergence after {ITERATIONS} iterations: "
        f"{convergence(rebuilt, magnitude):.3f}, "
        f"librosa {convergence(theirs(), magnitude):.3f}"
    )
    pairs = {
        "STFT": (
            lambda: stft(audio, n_fft=N_FFT, hop_length=HOP),
            their_stft,
            TRANSFORMS_PER_ROUND,
        ),
        "inverse STFT": (
            lambda: istft(spectrum, hop_length=HOP, length=samples),
            their_istft,
            TRANSFORMS_PER_ROUND,
        ),
        "STFT and inverse": (
            lambda: istft(
                stft(audio, n_fft=N_FFT, hop_length=HOP), hop_length=HOP, length=samples
            ),
            lambda: (their_stft(), their_istft()),
            TRANSFORMS_PER_ROUND,
        ),
        "Griffin-Lim, everything": (lambda: ours(everything), theirs, 1),
        "Griffin-Lim, hole of 1 s": (lambda: ours(hole), theirs, 1),
    }
    failed = difference > 1e-5
    for name, (fast, slow, repeats) in pairs.items():
        times = [
            (milliseconds(fast), milliseconds(slow)) for _ in range(ROUNDS * repeats)
        ]
        our_ms, their_ms = (
            statistics.median(column) for column in zip(*times, strict=True)
        )
        ratio = their_ms / our_ms
        failed |= ratio < TARGETS[name]
        print(
            f"{name}: {our_ms:.2f} ms, librosa {their_ms:.2f} ms, "
            f"{ratio:.1f} times as fast (target {TARGETS[name]:.1f})"
        )
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
