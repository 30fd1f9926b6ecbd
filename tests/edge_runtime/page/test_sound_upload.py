"""Sounds from strangers: usable ones pass bit by bit, others get one clear line."""

import struct

import numpy as np
import pytest

from edge_runtime.audio.wav import StoredAudio, wav_bytes
from edge_runtime.page.answer import Refusal
from edge_runtime.page.sound_upload import sound_from


def wav(samples=800, channels=1, rate=8000, dtype=np.int16, subtype="PCM_16"):
    return wav_bytes(StoredAudio(np.ones((samples, channels), dtype), rate, subtype))


def refused(content):
    with pytest.raises(Refusal) as refusal:
        sound_from(content, "sound", sound_s=2.0, model_rate=16000)
    assert refusal.value.status == 422
    return str(refusal.value)


@pytest.mark.parametrize(
    "rate",
    [4000, 8000, 11025, 12000, 16000, 22050, 24000, 32000]
    + [44100, 48000, 88200, 96000, 176400, 192000],
)
def test_usual_rates_pass(rate):
    sound = sound_from(wav(rate=rate), "sound", sound_s=2.0, model_rate=16000)
    assert (sound.sample_rate, sound.samples.tolist()) == (rate, [[1]] * 800)


@pytest.mark.parametrize("rate", [1, 3999, 44099, 191999, 192001, 999_983, 2**32 - 1])
def test_rates_that_would_take_long_are_refused(rate):
    assert f"its sample rate is {rate} Hz" in refused(wav(rate=rate))


def test_too_long_too_wide_and_empty():
    assert "lasts 2.0 s" in refused(wav(samples=16001))
    assert "3 channels" in refused(wav(channels=3))
    assert "no samples" in refused(wav(samples=0))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e300])
def test_samples_that_are_no_numbers(value):
    samples = np.full((8, 1), value)
    content = wav_bytes(StoredAudio(samples, 8000, "DOUBLE"))
    assert "NaN or infinite" in refused(content)


def test_samples_too_large_to_compute_with():
    for value, fine in ((2.0**31, True), (1e10, True), (-1.1e10, False), (1e38, False)):
        samples = np.full((8, 1), value, np.float32)
        content = wav_bytes(StoredAudio(samples, 8000, "FLOAT"))
        if fine:
            sound = sound_from(content, "sound", sound_s=2.0, model_rate=16000)
            assert (sound.samples == np.float32(value)).all()
        else:
            assert "1e+10 times full scale" in refused(content)


def test_what_is_no_wav():
    assert "not a WAV file" in refused(b"")
    assert "not a WAV file" in refused(b"<!doctype html>" * 10)
    assert "truncated" in refused(wav()[:-3])
    lying = bytearray(wav())
    struct.pack_into("<I", lying, 40, 2**30)
    assert "truncated" in refused(bytes(lying))
