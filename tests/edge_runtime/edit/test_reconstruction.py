"""The whole sound through the codemap and back."""

import tracemalloc
from dataclasses import replace

import numpy as np
import pytest

from edge_runtime.audio import audio_file as audio_files
from edge_runtime.audio.audio_file import AudioFile
from edge_runtime.audio.resample import resample
from edge_runtime.edit import rate_of_original
from edge_runtime.edit import reconstruction as module
from edge_runtime.edit.inaudible import audible
from edge_runtime.edit.reconstruction import reconstruct
from edge_runtime.errors import UsageError
from edge_runtime.phase.griffin_lim import griffin_lim
from edge_runtime.spectrogram.features import (
    magnitude_db_of,
    magnitude_of,
    spectrogram_of,
)
from edge_runtime.spectrogram.stft import istft


@pytest.fixture
def note():
    time = np.arange(22050) / 22050
    audio = 0.5 * np.sin(2 * np.pi * 440 * time) * np.exp(-3 * time)
    audio += np.random.default_rng(0).normal(scale=0.003, size=22050)
    both = np.stack([audio, 0.5 * audio[::-1]], axis=1)
    return AudioFile((both * 32768).astype(np.int16), 22050, "PCM_16")


def test_spectra_and_codes_are_those_of_the_model(
    note, level_bundle, level_codec, settings
):
    result = reconstruct(note, level_bundle, engine=level_codec, keep_spectra=True)
    heard = resample(note.to_float(), 22050, 8000)
    for channel in range(2):
        spectrogram = spectrogram_of(audible(heard[:, channel], 8000), settings)
        np.testing.assert_allclose(
            result.spectra.original_db[channel],
            magnitude_db_of(spectrogram, settings),
            atol=1e-3,
        )
        decoded = level_codec.decode(result.codemap[channel][np.newaxis])[0]
        decoded = decoded[: len(spectrogram)]
        np.testing.assert_array_equal(
            result.spectra.reconstruction_db[channel],
            magnitude_db_of(decoded, settings),
        )
    assert result.codemap.shape == (2, 32, 8)


@pytest.mark.parametrize("phase", ["original", "griffin_lim", "continued"])
def test_sound_has_the_decoded_spectrum(note, level_bundle, level_codec, phase):
    result = reconstruct(
        note, level_bundle, engine=level_codec, phase=phase, seed=3, keep_spectra=True
    )
    sound = result.audio_file
    assert (sound.sample_rate, sound.subtype) == (22050, "PCM_16")
    assert sound.samples.shape == note.samples.shape
    heard = resample(sound.to_float(), 22050, 8000)
    again = spectrogram_of(heard[:, 0], level_bundle.settings)
    again_db = magnitude_db_of(again, level_bundle.settings)
    loud = result.spectra.reconstruction_db[0] > -50
    error = np.abs(again_db - result.spectra.reconstruction_db[0])[loud].mean()
    unrelated = np.abs(again_db[::-1] - result.spectra.reconstruction_db[0])[
        loud
    ].mean()
    # Blocks of equal magnitude are the spectrum of no sound, so some error remains.
    assert error < 0.3 * unrelated and error < 8.0


def test_sound_of_a_real_model(note, real_bundle, level_codec):
    real = reconstruct(note, real_bundle, keep_spectra=True)
    fake = reconstruct(note, real_bundle, engine=level_codec, keep_spectra=True)
    np.testing.assert_array_equal(real.codemap, fake.codemap)
    np.testing.assert_allclose(
        real.spectra.reconstruction_db, fake.spectra.reconstruction_db, atol=1e-3
    )


CONTEXT = {"encoder_frames": [4, 8], "decoder_cells": [1, 2]}


def sound(rate, seconds, channels=2):
    rng = np.random.default_rng(2)
    time = np.arange(int(rate * seconds)) / rate
    tone = 0.3 * np.sin(2 * np.pi * 500 * time) * np.sin(2 * np.pi * 3 * time)
    audio = tone[:, np.newaxis] + rng.normal(0, 0.02, (len(time), channels))
    return AudioFile(np.rint(audio * 32767).astype(np.int16), rate, "PCM_16")


@pytest.fixture
def small_parts(monkeypatch):
    """Everything in parts of different sizes, and samples on the disk."""

    def make():
        monkeypatch.setattr(module, "window_cells", lambda stride: 5)
        monkeypatch.setattr(rate_of_original, "_PIECE", 1111)
        monkeypatch.setattr(audio_files, "MAPPED_BYTES", 100)

    return make


@pytest.mark.parametrize("phase", ["original", "griffin_lim", "continued"])
@pytest.mark.parametrize(
    ("rate", "seconds"), [(8000, 0.01), (8000, 2.56), (8000, 3.3), (11025, 3.3)]
)
def test_parts_are_those_of_the_whole(
    bundle_with, smeared_codec, small_parts, rate, seconds, phase
):
    bundle, file = bundle_with(context=CONTEXT), sound(rate, seconds)
    given = {"engine": smeared_codec, "phase": phase, "keep_spectra": True}
    whole = reconstruct(file, bundle, **given)
    small_parts()
    parts = reconstruct(file, bundle, **given)
    np.testing.assert_array_equal(parts.codemap, whole.codemap)
    if rate == 8000:
        for name in ("original_db", "reconstruction_db"):
            expected = getattr(whole.spectra, name)
            np.testing.assert_array_equal(getattr(parts.spectra, name), expected)
        assert parts.lsd_db == whole.lsd_db
    difference = np.abs(
        parts.audio_file.samples.astype(int) - whole.audio_file.samples.astype(int)
    )
    # Resampled parts differ from the whole by float rounding: one 16-bit step.
    assert difference.max() <= (0 if rate == 8000 else 1)
    assert parts.lsd_db == pytest.approx(whole.lsd_db, abs=1e-3)
    assert np.any(whole.audio_file.samples != file.samples)


def test_a_part_is_decoded_with_what_is_around_it(
    bundle_with, smeared_codec, small_parts
):
    blind = bundle_with(context={"encoder_frames": [4, 8], "decoder_cells": [0, 0]})
    file = sound(8000, 3.3)
    whole = reconstruct(file, blind, engine=smeared_codec)
    small_parts()
    parts = reconstruct(file, blind, engine=smeared_codec)
    assert np.any(parts.audio_file.samples != whole.audio_file.samples)


def test_griffin_lim_is_that_of_the_whole_spectrum(level_bundle, level_codec):
    file, settings = sound(8000, 3.3, channels=1), level_bundle.settings
    result = reconstruct(
        file, level_bundle, engine=level_codec, phase="griffin_lim", seed=4
    )
    decoded = level_codec.decode(result.codemap)[0][: len(file.samples) // 64 + 1]
    magnitude = magnitude_of(decoded, settings)
    everywhere = np.ones(magnitude.shape, bool)
    spectrum = griffin_lim(magnitude, magnitude + 0j, everywhere, hop_length=64, seed=4)
    audio = istft(spectrum, hop_length=64, length=len(file.samples))
    peak = max(1.0, np.abs(file.to_float()).max())
    expected = np.rint(np.clip(audio, -peak, peak).astype(float) * 32768)
    received = result.audio_file.samples[:, 0]
    np.testing.assert_array_equal(received, np.clip(expected, -32768, 32767))


def test_mono_in_two_channels_stays_mono(level_bundle, level_codec):
    one = sound(8000, 3.3, channels=1)
    two = replace(one, samples=np.repeat(one.samples, 2, axis=1))
    for file in (one, two):
        result = reconstruct(file, level_bundle, engine=level_codec, phase="continued")
    left, right = result.audio_file.samples.T
    np.testing.assert_array_equal(left, right)


class SpreadCodec:
    """The level, and above it a spread that is not everywhere the same."""

    def __init__(self, codec):
        self.encode, self._codec = codec.encode, codec

    def decode(self, codemap):
        levels = self._codec.decode(codemap)
        return np.concatenate([levels, 3.0 * levels - 2.0], axis=-1)


def with_spread(bundle):
    golden = dict(bundle.golden)
    golden["decoded"] = np.repeat(golden["decoded"], 2, axis=-1)
    return replace(bundle, metadata=bundle.metadata | {"spread": True}, golden=golden)


@pytest.mark.parametrize("phase", ["original", "continued"])
def test_parts_have_the_texture_of_the_whole(
    bundle_with, smeared_codec, small_parts, phase
):
    bundle = with_spread(bundle_with(context=CONTEXT))
    codec, file = SpreadCodec(smeared_codec), sound(8000, 3.3)
    whole = reconstruct(file, bundle, engine=codec, phase=phase, seed=3)
    small_parts()
    parts = reconstruct(file, bundle, engine=codec, phase=phase, seed=3)
    np.testing.assert_array_equal(parts.audio_file.samples, whole.audio_file.samples)
    other = reconstruct(file, bundle, engine=codec, phase=phase, seed=4)
    assert np.any(other.audio_file.samples != whole.audio_file.samples)
    assert other.lsd_db == parts.lsd_db  # that of the mean


def test_without_texture_or_spread_the_sound_is_smooth(bundle_with, smeared_codec):
    bundle, file = bundle_with(context=CONTEXT), sound(8000, 1.0)
    plain = reconstruct(file, bundle, engine=smeared_codec)
    spread, codec = with_spread(bundle), SpreadCodec(smeared_codec)
    smooth = reconstruct(file, spread, engine=codec, texture=0.0)
    np.testing.assert_array_equal(smooth.audio_file.samples, plain.audio_file.samples)
    textured = reconstruct(file, spread, engine=codec)
    assert np.any(textured.audio_file.samples != plain.audio_file.samples)
    with pytest.raises(UsageError, match=r"texture must lie in \[0, 1\]. Rec.*: 1.5"):
        reconstruct(file, spread, engine=codec, texture=1.5)


@pytest.mark.parametrize("phase", ["original", "griffin_lim", "continued"])
def test_memory_does_not_grow_with_the_sound(
    monkeypatch, bundle_with, smeared_codec, phase
):
    """Besides the file's own numbers, which the caller holds, and the result."""
    monkeypatch.setattr(rate_of_original, "_PIECE", 10_000)
    peaks = []
    for seconds in (12, 36):
        file = sound(8000, seconds, channels=1)
        tracemalloc.start()
        bundle = bundle_with(context=CONTEXT)
        reconstruct(file, bundle, engine=smeared_codec, phase=phase)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        peaks.append(peak - file.samples.nbytes)
    short, long = peaks
    assert long < short + 2_000_000  # the result; spectra would be 10 MB more
