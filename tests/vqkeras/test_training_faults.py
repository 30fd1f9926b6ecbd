"""Faults of the paper's program in training: each test fails if its fault is put back.

Its learning rate was 1e-6, the network saw linear power spectrograms, its codebook was
not initialised from a batch, and it validated on the test set. Faults inside the
quantizer are tested with the layers.
"""

import dataclasses
from pathlib import Path

import keras
import numpy as np
import pytest

from edge_runtime.errors import UsageError
from edge_runtime.spectrogram.features import spectrogram_of
from edge_runtime.spectrogram.representation_table import REPRESENTATIONS
from edge_runtime.spectrogram.settings import SpectrogramSettings
from edge_runtime.spectrogram.stft import stft
from vqkeras import training
from vqkeras.config import Config, TrainingConfig
from vqkeras.config_file import load_config
from vqkeras.datasets import DataConfig, Dataset, Split
from vqkeras.datasets.synthesiser import Instrument
from vqkeras.datasets.synthetic import load_synthetic
from vqkeras.model.build import build_model
from vqkeras.model.conv_architecture import ConvArchitecture
from vqkeras.train import train

CONFIGS = sorted((Path(__file__).parents[2] / "configs").glob("*.yaml"))
MODEL = ConvArchitecture(
    channels=(8,), strides=((4, 4),), codebook_size=8, codebook_dim=4
)


@pytest.fixture(scope="module")
def sounds():
    """A few notes, one second each."""
    instruments = [
        Instrument("organ", 0),
        Instrument("guitar", 1),
        Instrument("reed", 0),
    ]
    return [
        instrument.render(pitch, 100)[:16000]
        for instrument in instruments
        for pitch in (48, 60, 72)
    ]


def share_of_loudest(values):
    """Share of the squared error of predicting the mean that 1 % of the values hold."""
    errors = np.sort(((values - values.mean()) ** 2).ravel())
    return errors[-errors.size // 100 :].sum() / errors.sum()


def test_the_papers_learning_rate_is_refused():
    with pytest.raises(UsageError, match="learning_rate must lie in .* 1e-06"):
        TrainingConfig(learning_rate=1e-6)


def test_the_default_learning_rate_learns_where_the_papers_does_not():
    boxes = np.zeros((64, 16, 16, 1), np.float32)
    rng = np.random.default_rng(0)
    for box in boxes:
        top, left = rng.integers(0, 8, 2)
        box[top : top + 8, left : left + 8] = 1.0

    def share_of_error_left(learning_rate):
        keras.utils.set_random_seed(0)
        model = build_model(MODEL, (16, 16, 1), boxes.var())
        model.compile(keras.optimizers.Adam(learning_rate), jit_compile=False)
        history = model.fit(boxes, batch_size=16, epochs=8, verbose=0).history
        return history["reconstruction_loss"][-1] / history["reconstruction_loss"][0]

    assert share_of_error_left(TrainingConfig().learning_rate) < 0.9
    assert share_of_error_left(1e-6) > 0.99


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_shipped_configs_learn_and_start_from_a_batch(path):
    config = load_config(path)
    assert config.training.learning_rate >= 1e-4
    assert config.model.initialise_from_batch


def test_linear_power_is_not_offered():
    for name in ("power", "magnitude", "linear"):
        with pytest.raises(ValueError, match="Unknown representation"):
            SpectrogramSettings(representation=name)


OWN_SETTINGS = {"log_mel": {"n_mels": 128}}


@pytest.mark.parametrize("representation", REPRESENTATIONS)
def test_no_few_loud_bins_hold_most_of_the_error(sounds, representation):
    own = OWN_SETTINGS.get(representation, {})
    settings = SpectrogramSettings(representation=representation, **own)
    seen = np.stack([spectrogram_of(sound, settings) for sound in sounds])
    assert share_of_loudest(seen[..., 0]) < 0.25


def test_linear_power_would_be_found(sounds):
    power = [np.abs(stft(sound, n_fft=1024, hop_length=256)) ** 2 for sound in sounds]
    assert share_of_loudest(np.stack(power)) > 0.6


def images(count, seed):
    rng = np.random.default_rng(seed)
    return Split(rng.integers(0, 256, (count, 8, 8, 1)).astype(np.uint8), [{}] * count)


class NeverRead(Split):
    """A test split: training must not touch it."""

    def __getitem__(self, index):
        raise AssertionError("training read the test split")

    def batches(self, *args, **kwargs):
        raise AssertionError("training read the test split")

    def variance(self):
        raise AssertionError("training read the test split")


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
@pytest.mark.parametrize("validation_share", [0.1, 0.0])
def test_training_never_reads_the_test_split(tmp_path, monkeypatch, validation_share):
    validation = images(4, 1) if validation_share else None
    hidden = images(4, 2)
    dataset = Dataset(
        "mnist", None, images(8, 0), validation, NeverRead(hidden.array, [{}] * 4)
    )
    monkeypatch.setattr(training, "load_dataset", lambda config, settings: dataset)
    validated = []
    fit = keras.Model.fit

    def seen(self, *args, validation_data, **kwargs):
        if validation_data is not None:
            validated.extend(validation_data.as_numpy_iterator())
        return fit(self, *args, validation_data=validation_data, **kwargs)

    monkeypatch.setattr(keras.Model, "fit", seen)
    config = Config(
        "tiny",
        DataConfig(name="mnist", validation_share=validation_share),
        model=MODEL,
        training=TrainingConfig(epochs=1, batch_size=4),
    )
    train(config, tmp_path / "run")
    if validation_share:
        examples = np.concatenate(validated)
        np.testing.assert_allclose(examples, validation.array / 255.0, rtol=1e-6)
    else:
        assert validated == []


@pytest.mark.parametrize("split_seed", [0, 1])
def test_validation_and_test_share_no_instrument(split_seed):
    config = DataConfig(name="synthetic", split_seed=split_seed)
    splits = load_synthetic(config, SpectrogramSettings())
    instruments = {
        field.name: {
            note["instrument_str"] for note in getattr(splits, field.name).metadata
        }
        for field in dataclasses.fields(splits)
    }
    assert all(instruments.values())
    assert not instruments["validation"] & instruments["test"]
    assert not instruments["train"] & (instruments["validation"] | instruments["test"])
