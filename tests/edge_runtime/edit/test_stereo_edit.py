"""Edits of several channels: what is common to them stays so in what is regenerated."""

import numpy as np
import pytest

from edge_runtime.audio.audio_file import AudioFile
from edge_runtime.edit.inpainter import Inpainter
from edge_runtime.spectrogram.region import Region
from tests.edge_runtime.edit.known_edits import KeepCodes

RATE = 8000
HOLE = Region(1.0, 2.0, 0.0, 4000.0)
INSIDE = slice(int(1.1 * RATE), int(1.9 * RATE))


def edited(bundle, engine, channels):
    samples = np.stack(channels, axis=1).astype(np.float32)
    inpainter = Inpainter(bundle, engine=engine)
    sound = AudioFile(samples, RATE, "FLOAT")
    return inpainter.inpaint(sound, HOLE, prior=KeepCodes())


def noise(seed, scale=0.1):
    return np.random.default_rng(seed).normal(scale=scale, size=3 * RATE)


@pytest.mark.parametrize("count", [2, 3])
@pytest.mark.parametrize("side", [1.0, -1.0])
def test_what_is_common_to_all_channels_stays_so(
    level_bundle, level_codec, side, count
):
    """Noise in all channels, on one side quieter or inverted, each with its own too."""
    shares = (1.0, 0.5 * side, 0.7)[:count]
    common = noise(0)
    channels = [
        share * common + noise(number, 0.02) for number, share in enumerate(shares, 1)
    ]
    edit = edited(level_bundle, level_codec, channels)
    inside = edit.audio_file.samples[INSIDE]
    assert np.std(inside, axis=0).min() > 0.01
    found = np.corrcoef(inside.T)[0]
    assert (found * np.sign(shares) > 0.5).all()
    assert (inside != np.stack(channels, axis=1)[INSIDE].astype(np.float32)).all()


class TooQuietBelow:
    """The tiny model, whose decoder gives the lower half 6 dB too quiet."""

    def __init__(self, level_codec):
        self.encode, self._level_codec = level_codec.encode, level_codec

    def decode(self, codemap):
        decoded = self._level_codec.decode(codemap).copy()
        half = decoded.shape[2] // 2
        decoded[:, :, :half] -= np.float32(6.0 / 80.0)
        return np.maximum(decoded, np.float32(0.0))


@pytest.mark.parametrize("count", [2, 3])
def test_one_gain_for_all_channels(level_bundle, level_codec, count):
    """Low left and high right: what the model makes of them keeps its balance."""
    spectrum = np.fft.rfft(noise(4))
    hertz = np.linspace(0.0, RATE / 2, len(spectrum))
    low, high = (
        np.fft.irfft(np.where(band, spectrum, 0.0))
        for band in ((hertz > 100) & (hertz < 1900), (hertz > 2100) & (hertz < 3900))
    )
    levels = []
    for engine in (level_codec, TooQuietBelow(level_codec)):
        edit = edited(level_bundle, engine, [low, high, low][:count])
        inside = edit.audio_file.samples[INSIDE, :2]
        levels.append(20.0 * np.log10(np.std(inside, axis=0)))
        assert edit.level.reason == "fitted"
    (left, right), (left_after, right_after) = levels
    assert (right_after - left_after) - (right - left) == pytest.approx(6.0, abs=0.5)
