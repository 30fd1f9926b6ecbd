"""The whole sound through the codemap and back."""

import numpy as np
import pytest

from edge_runtime.audio_file import AudioFile
from edge_runtime.features import magnitude_db_of, spectrogram_of
from edge_runtime.reconstruct import reconstruct
from edge_runtime.resample import resample


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
    result = reconstruct(note, level_bundle, codec=level_codec)
    heard = resample(note.to_float(), 22050, 8000)
    for channel in range(2):
        spectrogram = spectrogram_of(heard[:, channel], settings)
        np.testing.assert_array_equal(
            result.original_db[channel], magnitude_db_of(spectrogram, settings)
        )
        decoded = level_codec.decode(result.codemap[channel][np.newaxis])[0]
        decoded = decoded[: len(spectrogram)]
        np.testing.assert_array_equal(
            result.reconstruction_db[channel], magnitude_db_of(decoded, settings)
        )
    assert result.codemap.shape == (2, 32, 8)


@pytest.mark.parametrize("phase", ["original", "griffin_lim"])
def test_sound_has_the_decoded_spectrum(note, level_bundle, level_codec, phase):
    result = reconstruct(note, level_bundle, codec=level_codec, phase=phase, seed=3)
    sound = result.audio_file
    assert (sound.sample_rate, sound.subtype) == (22050, "PCM_16")
    assert sound.samples.shape == note.samples.shape
    heard = resample(sound.to_float(), 22050, 8000)
    again = spectrogram_of(heard[:, 0], level_bundle.settings)
    again_db = magnitude_db_of(again, level_bundle.settings)
    loud = result.reconstruction_db[0] > -50
    error = np.abs(again_db - result.reconstruction_db[0])[loud].mean()
    unrelated = np.abs(again_db[::-1] - result.reconstruction_db[0])[loud].mean()
    # Blocks of equal magnitude are the spectrum of no sound, so some error remains.
    assert error < 0.3 * unrelated and error < 8.0


def test_sound_of_a_real_model(note, real_bundle, level_codec):
    real = reconstruct(note, real_bundle)
    fake = reconstruct(note, real_bundle, codec=level_codec)
    np.testing.assert_array_equal(real.codemap, fake.codemap)
    np.testing.assert_allclose(
        real.reconstruction_db, fake.reconstruction_db, atol=1e-3
    )
