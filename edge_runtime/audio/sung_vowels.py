"""A vowel as somebody sings it: a buzz of harmonics, coloured by resonances."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# Resonances of a man's voice in Hz, after Peterson and Barney, "Control Methods Used in
# a Study of the Vowels", 1952 (e and o after Fant, "Acoustic Theory of Speech
# Production", 1960); the fourth and fifth are about the same in all vowels.
FORMANTS_HZ = {
    "a": (730, 1090, 2440, 3400, 4500),
    "e": (440, 1800, 2550, 3400, 4500),
    "i": (270, 2290, 3010, 3500, 4500),
    "o": (450, 800, 2620, 3400, 4500),
    "u": (300, 870, 2240, 3400, 4500),
}
_BANDWIDTHS_HZ = (70, 90, 120, 180, 250)
_HIGHEST_HZ = 9000.0
_VIBRATO = 0.008, 5.5  # share of the frequency; Hz
_BREATH = 0.02  # level of the breath beside the buzz


def sung_vowel(
    vowel: str,
    frequency: float,
    length_s: float,
    rate: int,
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Sing a vowel on one note.

    Args:
        vowel: A key of `FORMANTS_HZ`.
        frequency: Of the note, in Hz.
        length_s: In s; it begins and ends softly.
        rate: Samples per s.
        rng: Draws the breath.

    Returns:
        Samples, `(length_s * rate,)`, of about unit level.

    Example:

    >>> sung_vowel("a", 147.0, 0.5, 8000, np.random.default_rng(0)).shape
    (4000,)
    """
    time = np.arange(round(rate * length_s)) / rate
    depth, vibrato_hz = _VIBRATO
    # Sung from a little below, as voices do.
    pitch = frequency * (1 + depth * np.sin(2 * np.pi * vibrato_hz * time))
    pitch *= 1 - 0.03 * np.exp(-time / 0.04)
    turn = np.exp(2j * np.pi * np.cumsum(pitch) / rate)
    harmonics = np.arange(1, int(min(_HIGHEST_HZ, 0.45 * rate) / frequency) + 1)
    levels = resonance(harmonics * frequency, vowel) / harmonics
    buzz, wave = np.zeros(len(time)), np.ones(len(time), complex)
    for level in levels:
        wave *= turn
        buzz += level * wave.imag
    breath = np.fft.rfft(rng.normal(size=len(time)))
    breath *= resonance(np.fft.rfftfreq(len(time), 1 / rate), vowel)
    voice = buzz / np.std(buzz)
    air = np.fft.irfft(breath, len(time))
    voice += _BREATH * air / np.std(air)
    edges = np.minimum(time, length_s - time)
    softly: NDArray[np.float64] = voice * np.clip(edges / 0.05, 0.0, 1.0)
    return softly


def resonance(frequencies: NDArray[np.floating], vowel: str) -> NDArray[np.float64]:
    """Gain of the mouth: the product of its resonances, each 1 at 0 Hz.

    Args:
        frequencies: In Hz, any shape.
        vowel: A key of `FORMANTS_HZ`.

    Returns:
        Gains, of the same shape.

    Example:

    >>> resonance(np.array([0.0, 730.0]), "a").round().tolist()
    [1.0, 22.0]
    """
    gain = np.ones(np.shape(frequencies))
    for formant, bandwidth in zip(FORMANTS_HZ[vowel], _BANDWIDTHS_HZ, strict=True):
        ratio = frequencies / formant
        gain /= np.hypot(1 - ratio**2, ratio * bandwidth / formant)
    return gain
