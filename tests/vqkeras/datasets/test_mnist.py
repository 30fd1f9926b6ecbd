import gzip
import os
import struct
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from edge_runtime.errors import UserError
from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras.datasets import DataConfig, load_dataset


def _digits(count, first):
    """Images that are all different, whatever split they are in."""
    numbers = first + np.arange(count)
    images = np.zeros((count, 28, 28), np.uint8)
    images[:, 0, 0], images[:, 0, 1] = numbers // 256, numbers % 256
    return images, (numbers % 10).astype(np.uint8)


@pytest.fixture
def folder(tmp_path):
    for part, (images, labels) in {
        "train": _digits(60, 0),
        "t10k": _digits(10, 60),
    }.items():
        for kind, values in (("images-idx3", images), ("labels-idx1", labels)):
            header = struct.pack(
                f">4B{values.ndim}I", 0, 0, 8, values.ndim, *values.shape
            )
            path = tmp_path / f"{part}-{kind}-ubyte.gz"
            path.write_bytes(gzip.compress(header + values.tobytes()))
    return tmp_path


def _numbers(split):
    return [int(image[0, 0, 0]) * 256 + int(image[0, 1, 0]) for image in split.array]


def test_the_official_division_is_kept(folder):
    dataset = load_dataset(DataConfig("mnist", dir=str(folder)), None)
    assert _numbers(dataset.test) == list(range(60, 70))
    assert len(dataset.validation) == 6
    assert sorted(_numbers(dataset.train) + _numbers(dataset.validation)) == list(
        range(60)
    )
    assert dataset.train.shape == (28, 28, 1)
    assert dataset.train[0].dtype == np.float32


def test_labels_stay_with_their_images(folder):
    dataset = load_dataset(DataConfig("mnist", dir=str(folder)), None)
    for split in (dataset.train, dataset.validation, dataset.test):
        labels = [note["label"] for note in split.metadata]
        assert labels == [number % 10 for number in _numbers(split)]


def test_the_validation_set_is_not_the_test_set(folder):
    """The paper's program validated on its test set."""
    dataset = load_dataset(DataConfig("mnist", dir=str(folder)), None)
    numbers = [
        set(_numbers(split))
        for split in (dataset.train, dataset.validation, dataset.test)
    ]
    assert sum(map(len, numbers)) == len(set.union(*numbers)) == 70


def test_all_of_the_60000_can_be_trained_on(folder):
    config = DataConfig("mnist", dir=str(folder), validation_share=0.0)
    dataset = load_dataset(config, None)
    assert dataset.validation is None
    assert _numbers(dataset.train) == list(range(60))


def test_the_seed_decides_on_validation(folder):
    def numbers(seed):
        config = DataConfig("mnist", dir=str(folder), split_seed=seed)
        return _numbers(load_dataset(config, None).validation)

    assert numbers(1) == numbers(1) != numbers(2)


def test_unpacked_files_and_the_environment_are_found(folder, tmp_path, monkeypatch):
    for path in folder.glob("*.gz"):
        path.with_suffix("").write_bytes(gzip.decompress(path.read_bytes()))
        path.unlink()
    root = tmp_path / "root"
    root.mkdir()
    (root / "mnist").symlink_to(folder)
    monkeypatch.setenv("VQKERAS_DATA", str(root))
    assert len(load_dataset(DataConfig("mnist", limit=4), None).test) == 4


def test_without_files_keras_downloads(monkeypatch):
    monkeypatch.delenv("VQKERAS_DATA", raising=False)
    mnist = SimpleNamespace(load_data=lambda: (_digits(60, 0), _digits(10, 60)))
    datasets = SimpleNamespace(datasets=SimpleNamespace(mnist=mnist))
    monkeypatch.setitem(sys.modules, "keras", datasets)
    dataset = load_dataset(DataConfig("mnist"), None)
    assert _numbers(dataset.test) == list(range(60, 70))
    assert len(dataset.train) == 54


def test_what_does_not_fit_is_refused(folder):
    config = DataConfig("mnist", dir=str(folder))
    with pytest.raises(UserError, match="MNIST has no spectrograms"):
        load_dataset(config, SpectrogramSettings())
    labels = folder / "t10k-labels-idx1-ubyte.gz"
    images = folder / "t10k-images-idx3-ubyte.gz"
    labels.write_bytes(images.read_bytes())
    with pytest.raises(UserError, match="t10k images and labels .* do not fit"):
        load_dataset(config, None)
    labels.unlink()
    with pytest.raises(UserError, match="neither t10k-labels-idx1-ubyte.gz nor"):
        load_dataset(config, None)
    with pytest.raises(UserError, match="nowhere does not exist"):
        load_dataset(DataConfig("mnist", dir=str(folder / "nowhere")), None)


def test_the_real_files():
    root = os.environ.get("VQKERAS_DATA")
    if not root or not (Path(root) / "mnist").is_dir():
        pytest.skip("VQKERAS_DATA has no mnist folder")
    dataset = load_dataset(DataConfig("mnist", validation_share=0.0), None)
    assert (len(dataset.train), len(dataset.test)) == (60000, 10000)
    # The mean and standard deviation that every tutorial normalises with.
    assert dataset.train.variance() == pytest.approx(0.3081**2, rel=1e-3)
    assert [note["label"] for note in dataset.test.metadata[:5]] == [7, 2, 1, 0, 4]
