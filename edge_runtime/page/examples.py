"""Short sounds that come with the page, computed, so that nothing has to be shipped."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from edge_runtime.audio.audio_file import AudioFile
from edge_runtime.audio.wav import wav_bytes

_RATE = 16_000  # Hz
_LENGTH_S = 4.0
_PEAK = 0.7


def example_wav(name: str) -> bytes:
    """One example as a 16-bit WAV file of four seconds.

    Args:
        name: A key of `EXAMPLES`.

    Returns:
        The file; the same at every call.
    """
    audio = EXAMPLES[name]()
    audio *= _PEAK / np.abs(audio).max()
    samples = np.rint(audio * 32767).astype(np.int16)
    return wav_bytes(AudioFile(samples[:, np.newaxis], _RATE, "PCM_16"))


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
    partials = partials[partials[:, 0] * frequency < 0.45 * _RATE]
    waves = np.sin(2 * np.pi * frequency * partials * time) / partials
    note: NDArray[np.float64] = (waves * np.exp(-(1.5 + partials) * time)).sum(axis=0)
    attack = np.minimum(1.0, time / 0.004)
    release = np.minimum(1.0, (length_s - time) / 0.05)
    return note * attack * release


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


def _add(
    audio: NDArray[np.float64], start_s: float, sound: NDArray[np.float64]
) -> None:
    """Add a sound at a time; what reaches beyond the end comes in at the start."""
    places = (round(_RATE * start_s) + np.arange(len(sound))) % len(audio)
    audio[places] += sound


EXAMPLES: dict[str, Callable[[], NDArray[np.float64]]] = {
    "notes": _notes,
    "drums": _drums,
}
