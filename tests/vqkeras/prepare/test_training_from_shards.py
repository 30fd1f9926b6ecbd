"""A training from shards is the training from the cache, also when it is resumed."""

import dataclasses

import pytest

from vqkeras.datasets import DataConfig
from vqkeras.prepare import prepare
from vqkeras.train import train

pytestmark = [
    pytest.mark.slow,  # three trainings
    pytest.mark.usefixtures("eager"),
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Even though the `tf.config:UserWarning"),
]


def test_it_has_the_history_of_one_from_the_cache(notes, settings, tiny, tmp_path):
    how = {"crop_frames": 16, "gain_db": (-6.0, 6.0), "mix_share": 0.3}
    config = dataclasses.replace(
        tiny.with_training(epochs=2, batch_size=3, learning_rate_schedule="constant"),
        data=dataclasses.replace(notes, **how),
        spectrogram=settings,
    )
    cached = tiny.history_of(train(config, tmp_path / "cached"))

    prepare(notes, settings, tmp_path / "shards", shard_size=4, compressed=True)
    data = DataConfig("shards", dir=str(tmp_path / "shards"), **how)
    config = dataclasses.replace(config, data=data)
    half = dataclasses.replace(config.training, epochs=1)
    run = train(dataclasses.replace(config, training=half), tmp_path / "run")
    train(config, run, resume=True)
    assert len(cached) == 2
    assert tiny.history_of(run) == cached
