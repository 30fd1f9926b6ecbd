"""Sounds, regions, and stand-ins for models and priors whose answer is known."""

import numpy as np

from edge_runtime.audio.audio_file import AudioFile
from edge_runtime.spectrogram.region import parse_region

SUBTYPES = {
    "PCM_U8": np.uint8,
    "PCM_16": np.int16,
    "PCM_24": np.int32,
    "PCM_32": np.int32,
    "FLOAT": np.float32,
    "DOUBLE": np.float64,
}


def make_sound(rate, channels, subtype="PCM_16", seconds=1.0, seed=0, noise=0.01):
    """Two decaying tones and a little noise, one tone above 4 kHz where that fits."""
    rng = np.random.default_rng(seed)
    time = np.arange(int(rate * seconds)) / rate
    high = min(5500.0, 0.4 * rate)
    audio = 0.4 * np.sin(2 * np.pi * 440 * time) * np.exp(-2 * time)
    audio += 0.1 * np.sin(2 * np.pi * high * time)
    audio = audio[:, np.newaxis] + rng.normal(scale=noise, size=(len(time), channels))
    dtype = SUBTYPES[subtype]
    blank = AudioFile(np.zeros(audio.shape, dtype), rate, subtype)
    return blank.with_float(audio.astype(np.float32), np.ones(len(time), bool))


def region_of(sound, time=None, freq=None, rate=8000):
    return parse_region(time, freq, sound.duration, min(sound.sample_rate, rate) / 2)


class KeepCodes:
    """A prior that knows the truth."""

    def fill(self, codemap, mask, *, seed):
        return codemap


class PerfectCodec:
    """Gives back what it was given, whatever the codes say, `gain_db` louder."""

    def __init__(self, level_codec, gain_db=0.0):
        self.level_codec = level_codec
        self.gain_db = gain_db

    def encode(self, spectrogram):
        self.seen = spectrogram
        return self.level_codec.encode(spectrogram[..., :1])

    def decode(self, codemap):
        louder = self.seen.copy()
        louder[..., 0] += np.float32(self.gain_db / 80.0)
        return np.where(self.seen > 0.0, louder, np.float32(0.0))


def band_energy(audio, low, high, rate):
    spectrum = np.abs(np.fft.rfft(audio * np.hanning(len(audio)))) ** 2
    hertz = np.fft.rfftfreq(len(audio), 1 / rate)
    return spectrum[(hertz >= low) & (hertz < high)].sum()


def tone_in_noise(rate, seconds, channels=1):
    rng = np.random.default_rng(2)
    time = np.arange(int(rate * seconds)) / rate
    tone = 0.3 * np.sin(2 * np.pi * 500 * time) * (1 + np.sin(2 * np.pi * 3 * time)) / 2
    audio = tone[:, np.newaxis] + rng.normal(0, 0.02, (len(time), channels))
    return AudioFile(np.rint(audio * 32767).astype(np.int16), rate, "PCM_16")
