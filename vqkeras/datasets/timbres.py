"""The families of the synthesiser: how each makes a note.

Every function takes a `Note` and returns its sound, not yet scaled and without the
release. `note.character` holds eight numbers in [0, 1) that are one instrument's own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Signal = NDArray[np.float64]
_TABLE = 2048  # samples of one period in a wavetable


@dataclass(frozen=True)
class Note:
    """What a family needs to know.

    Attributes:
        hz: Fundamental, in Hz.
        strength: Velocity scaled to (0, 1].
        seconds: Time of each sample, in s.
        sample_rate: In Hz.
        character: Eight numbers in [0, 1), the instrument's own.
        rng: Noise of this note.
    """

    hz: float
    strength: float
    seconds: Signal
    sample_rate: int
    character: Signal
    rng: np.random.Generator

    @property
    def harmonics(self) -> Signal:
        """Numbers of the harmonics below 0.45 of the sample rate, 1 upwards."""
        count = int(0.45 * self.sample_rate / self.hz)
        return np.arange(1, min(max(count, 1), _TABLE // 4) + 1, dtype=np.float64)


def pluck(note: Note) -> Signal:
    """A plucked string (Karplus and Strong, 1983): noise in a damped loop."""
    brightness, damping = note.character[0], note.character[1]
    # The loop is a whole number of samples and a filter (1 - dull, dull) that delays
    # by about `dull` more; the sound is then read a little faster or slower, so that
    # the pitch is right. High strings get a milder filter: they pass it more often.
    dull = 0.5 * min(1.0, 150.0 / note.hz) ** 2
    period = note.sample_rate / note.hz
    length = max(2, round(period - dull))
    speed = (length + dull) / period
    seconds_to_60_db = 1.0 + 5.0 * damping
    loss = 10.0 ** (-3.0 / (note.hz * seconds_to_60_db))
    burst = note.rng.uniform(-1.0, 1.0, length + 1)
    softness = (1.0 - note.strength) * (0.9 - 0.6 * brightness)
    burst = burst + softness * (np.roll(burst, 1) - burst)
    size = int(len(note.seconds) * speed) + 2
    loop = np.zeros(length + 1 + size + length)
    # Nothing damps a constant offset, so none must be in what goes round.
    offset = (burst[1:].sum() + dull * burst[0]) / (length + dull)
    loop[: length + 1] = burst - offset
    for start in range(length + 1, length + 1 + size, length):
        # `length` samples at once: none of them depends on another.
        recent = loop[start - length - 1 : start]
        loop[start : start + length] = loss * (
            (1.0 - dull) * recent[1:] + dull * recent[:-1]
        )
    places = length + 1 + speed * np.arange(len(note.seconds))
    return np.interp(places, np.arange(len(loop)), loop)


def organ(note: Note) -> Signal:
    """Nine drawbars, each pulled as far as the instrument has it; a slow tremolo."""
    footage = np.array([0.5, 1.5, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0])
    pulled = np.random.default_rng(int(note.character[0] * 2**32)).random(9) ** 2
    pulled[2] = 1.0
    audio = np.zeros_like(note.seconds)
    for ratio, amount in zip(footage, pulled, strict=True):
        if ratio * note.hz < 0.45 * note.sample_rate:
            audio += amount * np.sin(2 * np.pi * ratio * note.hz * note.seconds)
    depth, rate = 0.3 * note.character[1], 3.0 + 4.0 * note.character[2]
    tremolo = 1.0 + depth * np.sin(2 * np.pi * rate * note.seconds)
    return audio * tremolo * _attack(note, 0.01)


def mallet(note: Note) -> Signal:
    """A struck bar: frequency modulation (Chowning, 1973) that dies away."""
    ratio = (1.41, 2.76, 3.5, 4.0)[int(4 * note.character[0])]
    ratio = min(ratio, 0.45 * note.sample_rate / note.hz)
    index = (1.0 + 3.0 * note.character[1]) * note.strength
    phase = 2 * np.pi * note.hz * note.seconds
    fall = np.exp(-note.seconds * (1.0 + 3.0 * note.character[2]))
    strike = np.exp(-note.seconds * (8.0 + 30.0 * note.character[3]))
    audio = np.sin(phase + index * strike * np.sin(ratio * phase))
    return audio * fall * _attack(note, 0.002)


def keyboard(note: Note) -> Signal:
    """An electric piano: two soft operators and a tine that rings at first."""
    phase = 2 * np.pi * note.hz * note.seconds
    tine_ratio = min(7.0 + 7 * int(2 * note.character[0]), 3600.0 / note.hz)
    index = (0.3 + 1.5 * note.character[1]) * note.strength
    fall = np.exp(-note.seconds * (0.4 + 1.2 * note.character[2]))
    tine = np.exp(-note.seconds * (4.0 + 12.0 * note.character[3]))
    body = np.sin(phase + index * fall * np.sin(phase))
    ring = np.sin(phase + 0.5 * note.strength * tine * np.sin(tine_ratio * phase))
    return (body + (0.3 + 0.7 * note.character[4]) * ring) * fall * _attack(note, 0.004)


def string(note: Note) -> Signal:
    """A string section: three detuned saws, a slow attack and vibrato."""
    audio = np.zeros_like(note.seconds)
    table = _wavetable(note.harmonics ** -(1.0 + note.character[0]), note)
    spread = 0.002 + 0.006 * note.character[1]
    for detune in (-spread, 0.0, 0.7 * spread):
        start = note.rng.random()
        vibrato = _vibrato(note, 0.003 * note.character[2])
        audio += _play(table, note, (1.0 + detune) * vibrato, start)
    return audio * _attack(note, 0.05 + 0.4 * note.character[3])


def reed(note: Note) -> Signal:
    """A reed pipe: mostly odd harmonics through one formant, brighter when blown."""
    harmonics = note.harmonics
    even = 0.1 + 0.5 * note.character[0]
    amplitudes = np.where(harmonics % 2, 1.0, even) / harmonics**0.8
    formant = 600.0 + 1400.0 * note.character[1]
    distance = np.log2(harmonics * note.hz / formant)
    amplitudes *= 0.1 + np.exp(-(distance**2)) * (0.4 + note.strength)
    table = _wavetable(amplitudes, note)
    vibrato = _vibrato(note, 0.006 * note.character[2])
    return _play(table, note, vibrato) * _attack(note, 0.03 + 0.06 * note.character[3])


def flute(note: Note) -> Signal:
    """A flute: few harmonics, and breath around the tone."""
    table = _wavetable(note.harmonics ** -(2.0 + 2.0 * note.character[0]), note)
    tone = _play(table, note, _vibrato(note, 0.005 * note.character[1]))
    breath = _band_noise(note, note.hz * (1.0 + 2.0 * note.character[2]))
    amount = 0.05 + 0.4 * note.character[3] * (1.2 - note.strength)
    return (tone + amount * breath) * _attack(note, 0.06 + 0.1 * note.character[4])


def bass(note: Note) -> Signal:
    """A synthetic bass: a saw or a square whose filter closes after the attack."""
    harmonics = note.harmonics
    amplitudes = 1.0 / harmonics
    if note.character[0] > 0.5:
        amplitudes[1::2] *= 0.1
    cutoff = (2.0 + 4.0 * note.character[1]) * np.ones_like(harmonics)
    dark = _wavetable(amplitudes / (1.0 + (harmonics / cutoff) ** 4), note)
    opened = cutoff * (2.0 + 6.0 * note.strength)
    bright = _wavetable(amplitudes / (1.0 + (harmonics / opened) ** 4), note)
    closing = np.exp(-note.seconds * (2.0 + 8.0 * note.character[2]))
    fall = np.exp(-note.seconds * (0.2 + note.character[3]))
    mixed = _play(dark, note) + closing * (_play(bright, note) - _play(dark, note))
    return mixed * fall * _attack(note, 0.005)


def brass(note: Note) -> Signal:
    """Brass: the louder, the brighter (Risset, 1965), so the attack opens the sound."""
    slope = 1.0 + 0.8 * note.character[0] + 0.8 * (1.0 - note.strength)
    bright = _wavetable(note.harmonics**-slope, note)
    dark = _wavetable(note.harmonics ** -(slope + 1.5), note)
    vibrato = _vibrato(note, 0.003 * note.character[1])
    attack = _attack(note, 0.04 + 0.1 * note.character[2])
    settled = 0.5 + 0.5 * np.exp(-2.0 * note.seconds * note.character[3])
    mix = attack**2 * settled
    dull = _play(dark, note, vibrato)
    return (dull + mix * (_play(bright, note, vibrato) - dull)) * attack


TIMBRES: dict[str, Callable[[Note], Signal]] = {
    "bass": bass,
    "brass": brass,
    "flute": flute,
    "guitar": pluck,
    "keyboard": keyboard,
    "mallet": mallet,
    "organ": organ,
    "reed": reed,
    "string": string,
}


def _attack(note: Note, seconds: float) -> Signal:
    """Rise from 0 to 1, a quarter of a sine; stronger notes rise faster."""
    length = seconds * (1.5 - note.strength)
    return np.sin(0.5 * np.pi * np.clip(note.seconds / length, 0.0, 1.0))


def _vibrato(note: Note, depth: float) -> Signal:
    """Factor of the frequency over time; it sets in after a third of a second."""
    rate = 4.5 + 1.5 * note.character[6]
    onset = np.clip(3.0 * note.seconds - 1.0, 0.0, 1.0)
    return 1.0 + depth * onset * np.sin(2 * np.pi * rate * note.seconds)


def _wavetable(amplitudes: Signal, note: Note) -> Signal:
    """One period with these harmonics; its phases are the instrument's own."""
    spectrum = np.zeros(_TABLE // 2 + 1, np.complex128)
    phases = np.random.default_rng(int(note.character[5] * 2**32))
    turn = np.exp(2j * np.pi * phases.random(_TABLE // 4)[: len(amplitudes)])
    spectrum[1 : len(amplitudes) + 1] = amplitudes * turn
    table = np.fft.irfft(spectrum)
    return np.append(table, table[0]) / np.sqrt(np.mean(table**2))


def _play(
    table: Signal, note: Note, pitch: Signal | float = 1.0, start: float = 0.0
) -> Signal:
    """Read a wavetable at the note's frequency times `pitch`."""
    step = np.broadcast_to(note.hz / note.sample_rate * pitch, note.seconds.shape)
    place = (start + np.cumsum(step)) % 1.0 * _TABLE
    left = place.astype(np.int64)
    return table[left] + (place - left) * (table[left + 1] - table[left])


def _band_noise(note: Note, centre_hz: float) -> Signal:
    """Noise an octave wide around a frequency, root mean square 1."""
    size = len(note.seconds)
    spectrum = np.fft.rfft(note.rng.standard_normal(size))
    hz = np.maximum(np.fft.rfftfreq(size, 1.0 / note.sample_rate), 1.0)
    noise = np.fft.irfft(spectrum * np.exp(-(np.log2(hz / centre_hz) ** 2)), size)
    return noise / np.sqrt(np.mean(noise**2))
