"""Weights kept in half the bytes: how much they may change, and what stays whole."""

import h5py
import numpy as np
import pytest

from vqkeras.datasets.split import Split
from vqkeras.model.build import build_model
from vqkeras.model.conv_architecture import ConvArchitecture
from vqkeras.presets import short_weights

pytestmark = [
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]


@pytest.fixture
def model():
    config = ConvArchitecture(
        channels=(4,), strides=((2, 2),), codebook_size=8, codebook_dim=2
    )
    return build_model(config, (8, 8, 1), 1.0)


@pytest.fixture
def split():
    pixels = np.random.default_rng(0).integers(0, 256, (6, 8, 8, 1))
    return Split(pixels.astype(np.uint8), [{}] * 6)


def kinds_of(path):
    """Number format of each array in a file of weights."""
    kinds = {}
    with h5py.File(path) as file:
        file.visititems(
            lambda name, item: kinds.update({name: str(getattr(item, "dtype", ""))})
        )
    return {name: kind for name, kind in kinds.items() if kind}


def test_kernels_are_short_and_the_model_stays_as_it_was(model, split, tmp_path):
    path = tmp_path / "x.weights.h5"
    before = model.get_weights()
    report = short_weights.save_codec(model, path, split)
    assert report["float16"] == ["encoder", "decoder"] and report["examples"] == 6
    for one, other in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    model.load_weights(path)
    for one, other in zip(before, model.get_weights(), strict=True):
        rounded = one.astype(np.float16).astype(one.dtype) if one.ndim == 4 else one
        np.testing.assert_array_equal(rounded, other)


def test_where_codes_would_change_the_encoder_stays(
    model, split, tmp_path, monkeypatch
):
    monkeypatch.setattr(short_weights, "MOST", 0.0)
    path = tmp_path / "x.weights.h5"
    report = short_weights.save_codec(model, path, split)
    assert report["float16"] == ["decoder"] and report["equal_codes"] == 1.0
    kinds = kinds_of(path)
    assert {kinds[name] for name in kinds if "encoder/" in name} == {"float32"}
    assert "float16" in {kinds[name] for name in kinds if "decoder/" in name}
