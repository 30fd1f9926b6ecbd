"""What TensorBoard gets to see and hear, read back from its event files."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from tensorflow.python.summary.summary_iterator import summary_iterator

from edge_runtime.spectrogram.features import spectrogram_of
from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras.callbacks.shown_examples import picture_of
from vqkeras.callbacks.tensorboard_examples import TensorBoardExamples
from vqkeras.spectrogram_sound import sound_of

# Keras itself still copies arrays the way of numpy 1.
pytestmark = pytest.mark.filterwarnings(
    "ignore:__array__ implementation:DeprecationWarning"
)


class Sounds:
    """Three noisy tones, as a split shows them."""

    settings = SpectrogramSettings(sample_rate=8000, n_fft=256, hop_length=64)

    def __len__(self):
        return 3

    def audio(self, place):
        time = np.arange(2048) / 8000.0
        tone = 0.5 * np.sin(2.0 * np.pi * 500.0 * (place + 1) * time)
        noise = 0.01 * np.random.default_rng(place).normal(size=2048)
        return (tone + noise).astype(np.float32)

    def __getitem__(self, place):
        return spectrogram_of(self.audio(place), self.settings)


def summaries(folder):
    """Pairs of tag and (epoch, encoded value), of every event file."""
    for path in sorted(folder.iterdir()):
        for event in summary_iterator(str(path)):
            for value in event.summary.value:
                strings = tf.make_ndarray(value.tensor).ravel()
                yield value.tag, event.step, strings


def test_tensorboard_gets_pictures_and_sound_at_powers_of_two(tmp_path):
    callback = TensorBoardExamples(tmp_path, Sounds(), Sounds.settings)
    model = keras.Sequential([keras.Input((None, 128, 1)), keras.layers.Identity()])
    callback.set_model(model)
    callback.on_train_begin()
    for epoch in range(5):
        callback.on_epoch_end(epoch)
    callback.on_train_end()
    found = list(summaries(tmp_path))
    tags = {"reconstructions", "sound_originals", "sound_reconstructions"}
    assert {tag for tag, _, _ in found} == tags
    pictures = [(step, data) for tag, step, data in found if tag == "reconstructions"]
    assert [step for step, _ in pictures] == [1, 2, 4, 5]
    width, height, *encoded = pictures[0][1]
    assert (int(width), int(height), len(encoded)) == (33, 2 * 128 + 2, 3)
    sound = next(data for tag, _, data in found if tag == "sound_reconstructions")
    decoded, rate = tf.audio.decode_wav(sound[0])
    assert int(rate) == 8000
    # The model is the identity, so what is heard is the original above the floor.
    np.testing.assert_allclose(decoded[:, 0], Sounds().audio(0), atol=2e-3)


def test_images_are_shown_as_they_are(tmp_path):
    class Images(list):
        pass

    images = Images(np.full((4, 6, 1), share, np.float32) for share in (0.0, 1.0))
    callback = TensorBoardExamples(tmp_path, images)
    callback.set_model(
        keras.Sequential([keras.Input((4, 6, 1)), keras.layers.Identity()])
    )
    callback.on_train_begin()
    callback.on_epoch_end(0)
    callback.on_train_end()
    found = list(summaries(tmp_path))
    assert [(tag, step) for tag, step, _ in found] == [("reconstructions", 1)]
    width, height, _, second = found[0][2]
    assert (int(width), int(height)) == (6, 10)
    assert tf.io.decode_png(second).numpy().min() == 255


def test_a_picture_has_low_frequencies_at_the_bottom_and_the_original_above():
    original = np.zeros((3, 4, 1), np.float32)
    original[2, 0] = 1.0
    picture = picture_of(original, np.full((3, 4, 1), 0.5), is_sound=True)[:, :, 0]
    assert picture.shape == (4 + 2 + 4, 3)
    np.testing.assert_array_equal(np.argwhere(picture[:4] == 255), [[3, 2]])
    assert (picture[4:6] == 255).all()
    assert (picture[6:] == 128).all()


def test_the_phase_of_the_original_gives_the_original_back():
    sounds = Sounds()
    options = {"phase": "original", "seed": 0}
    again = sound_of(sounds[1], sounds.audio(1), sounds.settings, **options)
    np.testing.assert_allclose(again, sounds.audio(1), atol=2e-3)
    silent = sound_of(0.0 * sounds[1], sounds.audio(1), sounds.settings, **options)
    assert not silent.any()
