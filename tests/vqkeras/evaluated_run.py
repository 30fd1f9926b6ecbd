"""Finished runs of a barely trained model, of notes and of images, to be judged."""

import keras
import numpy as np

from edge_runtime.spectrogram.features import spectrogram_of
from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras.config import Config
from vqkeras.datasets import DataConfig, Dataset, Split
from vqkeras.model.build import build_model
from vqkeras.model.conv_architecture import ConvArchitecture
from vqkeras.run import load_run, prepare_run

SETTINGS = SpectrogramSettings(sample_rate=8000, n_fft=64, hop_length=16)
MODEL = ConvArchitecture(
    channels=(4,), strides=((2, 4),), codebook_size=8, codebook_dim=2
)


def notes(count, seed):
    """Tones that fade in noise; 101 frames, so that the last cell is cut."""
    rng = np.random.default_rng(seed)
    seconds = np.arange(1600) / 8000
    sounds = []
    for _ in range(count):
        tone = np.sin(2 * np.pi * rng.uniform(200, 3500) * seconds)
        noise = 0.01 * rng.normal(size=1600)
        fade = np.where(seconds < 0.02, 0.0, np.exp(-seconds / rng.uniform(0.01, 0.2)))
        sounds.append((fade * (0.5 * tone + noise)).astype(np.float32))
    array = np.stack([spectrogram_of(sound, SETTINGS) for sound in sounds])
    return Split(array.astype(np.float16), [{}] * count, read_audio=sounds.__getitem__)


def digits(count, seed):
    rng = np.random.default_rng(seed)
    return Split(rng.integers(0, 256, (count, 8, 8, 1)).astype(np.uint8), [{}] * count)


def make_run(folder, data, settings, make_split, model_config=MODEL):
    config = Config(data, DataConfig(name=data), settings, model_config)
    prepare_run(config, folder, resume=False, force=False)
    train = make_split(12, 0)
    frames, bins, channels = train.shape
    keras.utils.set_random_seed(0)  # whatever other tests drew before
    model = build_model(
        model_config, (None if settings else frames, bins, channels), train.variance()
    )
    # One training step's worth of state: codewords drawn from real latents.
    model(np.stack([train[place] for place in range(12)]), training=True)
    model.save(folder / "best.keras")
    run = load_run(folder)
    parts = {"train": train, "validation": None, "test": make_split(5, 1)}
    run.__dict__["dataset"] = Dataset(data, settings, **parts)
    return run
