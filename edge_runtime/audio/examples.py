"""Short sounds to begin with: computed, so that nothing has to be shipped."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import NDArray

from edge_runtime.audio.audio_file import AudioFile
from edge_runtime.audio.sung_vowels import sung_vowel
from edge_runtime.audio.wav import wav_bytes

_RATE = 44_100  # Hz
_LENGTH_S = 4.0
_PEAK = 0.7


def example_sound(name: str) -> AudioFile:
    """One example: four seconds, 44.1 kHz, mono, 16 bit.

    Args:
        name: A key of `EXAMPLES`.

    Returns:
        The sound; the same at every call.

    Example:

    >>> example_sound("drums").duration
    4.0
    """
    audio = EXAMPLES[name]()
    audio *= _PEAK / np.abs(audio).max()
    samples = np.rint(audio * 32767).astype(np.int16)
    return AudioFile(samples[:, np.newaxis], _RATE, "PCM_16")


@cache
def example_wav(name: str) -> bytes:
    """As `example_sound`, as a WAV file."""
    return wav_bytes(example_sound(name))


def _drums() -> NDArray[np.float64]:
    """Two bars of kick, snare and hi-hat at 120 beats a minute."""
    rng = np.random.default_rng(0)
    audio = np.zeros(round(_RATE * _LENGTH_S))
    time = np.arange(_RATE // 4) / _RATE
    kick = np.sin(2 * np.pi * (50 * time - 8 * np.exp(-25 * time))) * np.exp(-14 * time)
    snare = rng.normal(scale=0.35, size=len(time)) * np.exp(-22 * time)
    snare += 0.4 * np.sin(2 * np.pi * 190 * time) * np.exp(-25 * time)
    hat = np.diff(rng.normal(scale=0.1, size=len(time)), prepend=0.0)
    hat *= np.exp(-60 * time)
    for beat in range(8):
        _add(audio, 0.5 * beat, snare if beat % 2 else kick)
    for eighth in range(16):
        _add(audio, 0.25 * eighth, hat)
    _add(audio, 2.75, 0.8 * kick)
    return audio


def _voice() -> NDArray[np.float64]:
    """A voice that sings five vowels, each on its own note, after a short hiss."""
    rng = np.random.default_rng(1)
    audio = np.zeros(round(_RATE * _LENGTH_S))
    hiss = np.diff(rng.normal(scale=0.06, size=round(0.12 * _RATE)), prepend=0.0)
    hiss *= np.hanning(len(hiss))
    for step, (vowel, semitones) in enumerate(
        zip("aeiou", (0, 4, 7, 4, 2), strict=True)
    ):
        start_s = 0.1 + 0.76 * step
        _add(audio, start_s, hiss)
        frequency = 146.83 * 2 ** (semitones / 12)
        _add(audio, start_s + 0.08, sung_vowel(vowel, frequency, 0.7, _RATE, rng))
    return audio


def _notes() -> NDArray[np.float64]:
    """An arpeggio of decaying harmonic notes, E minor seventh, eight a bar."""
    audio = np.zeros(round(_RATE * _LENGTH_S))
    for step, semitones in enumerate((0, 7, 10, 15, 19, 15, 10, 7)):
        _add(audio, 0.5 * step, _note(164.81 * 2 ** (semitones / 12), 1.4))
    return audio


def _note(frequency: float, length_s: float) -> NDArray[np.float64]:
    """Partials that fall by 1/n and die the faster the higher they are."""
    time = np.arange(round(_RATE * length_s)) / _RATE
    partials = np.arange(1, 13)[:, np.newaxis]
    waves = np.sin(2 * np.pi * frequency * partials * time) / partials
    note: NDArray[np.float64] = (waves * np.exp(-(1.5 + partials) * time)).sum(axis=0)
    attack = np.minimum(1.0, time / 0.004)
    release = np.minimum(1.0, (length_s - time) / 0.05)
    return note * attack * release


def _add(
    audio: NDArray[np.float64], start_s: float, sound: NDArray[np.float64]
) -> None:
    """Add a sound at a time; what reaches beyond the end comes in at the start."""
    places = (round(_RATE * start_s) + np.arange(len(sound))) % len(audio)
    audio[places] += sound


EXAMPLES: dict[str, Callable[[], NDArray[np.float64]]] = {
    "drums": _drums,
    "voice": _voice,
    "notes": _notes,
}
