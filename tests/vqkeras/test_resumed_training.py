"""What a resumed run must know of its past: its best epoch, and how far it came."""

import dataclasses

import numpy as np
import pytest

from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras import training
from vqkeras.callbacks.history_file import read_history
from vqkeras.datasets import DataConfig, Dataset, Split
from vqkeras.run import load_run
from vqkeras.train import train

pytestmark = [
    pytest.mark.usefixtures("eager"),
    # Keras itself still copies arrays the way of numpy 1.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
    # What the fixture `eager` asks for; tf.data keeps its graph.
    pytest.mark.filterwarnings("ignore:Even though the `tf.config:UserWarning"),
]


def test_a_worse_model_after_a_resume_is_not_the_best(
    tiny, tiny_data, tmp_path, monkeypatch
):
    run_dir = train(tiny.with_training(epochs=2), tmp_path / "run")
    best = (run_dir / "best.keras").read_bytes()
    learned = training.load_dataset

    def with_noise_to_validate(config, settings):
        noise = np.random.default_rng(0).integers(0, 256, (6, 8, 8, 1))
        validation = Split(noise.astype(np.uint8), [{"label": 0}] * 6)
        return dataclasses.replace(learned(config, settings), validation=validation)

    monkeypatch.setattr(training, "load_dataset", with_noise_to_validate)
    train(tiny.with_training(epochs=3), run_dir, resume=True)
    losses = [row["val_loss"] for row in read_history(run_dir / "history.csv")]
    assert len(losses) == 3 and losses[2] > losses[1]
    assert (run_dir / "best.keras").read_bytes() == best
    assert (run_dir / "last.keras").read_bytes() != best
    assert load_run(run_dir).summary["best_epoch"] == 1 + np.argmin(losses)


def load_spectrograms(config, settings):
    """Stands in for `load_dataset`: 12 spectrograms, bright below and dark above."""
    rng = np.random.default_rng(1)
    tilt = np.linspace(1.0, 0.0, settings.num_bins)[:, np.newaxis]

    def split(count):
        examples = rng.random((count, 8, settings.num_bins, 1)) * tilt
        audio = np.zeros(7 * settings.hop_length, np.float32)
        return Split(
            examples.astype(np.float16), [{}] * count, read_audio=lambda index: audio
        )

    return Dataset("synthetic", settings, split(12), split(4), split(2))


def test_a_resumed_run_changes_its_sounds_as_a_whole_one(tiny, tmp_path, monkeypatch):
    monkeypatch.setattr(training, "load_dataset", load_spectrograms)
    changes = DataConfig(
        name="synthetic",
        gain_db=(-30.0, 0.0),
        pitch_semitones=12.0,
        mix_share=0.5,
        mask_share=0.5,
    )

    def config(epochs):
        return dataclasses.replace(
            tiny.config,
            data=changes,
            spectrogram=SpectrogramSettings(sample_rate=8000, n_fft=32, hop_length=8),
            training=dataclasses.replace(
                tiny.config.training,
                epochs=epochs,
                batch_size=6,
                learning_rate_schedule="constant",
            ),
        )

    whole = train(config(2), tmp_path / "whole")
    train(config(1), tmp_path / "resumed")
    resumed = train(config(2), tmp_path / "resumed", resume=True)
    assert tiny.history_of(resumed) == tiny.history_of(whole)
