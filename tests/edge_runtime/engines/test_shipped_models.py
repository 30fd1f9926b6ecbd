"""The models that ship: both engines give what was recorded, and the same elsewhere."""

import numpy as np
import pytest

from edge_runtime.bundle.bundle_file import read_bundle
from edge_runtime.bundle.shipped import shipped_path
from edge_runtime.engines.golden import check_golden
from edge_runtime.engines.load import load_engine

# Both halves: shares of values that must be equal, and the largest step between them.
EQUAL, STEPS = 0.99, 1


@pytest.fixture(scope="module", params=["nsynth_light", "nsynth_live", "general"])
def bundle(request):
    return read_bundle(shipped_path(request.param))


@pytest.fixture(scope="module")
def litert(bundle):
    pytest.importorskip("ai_edge_litert", reason="needs the interpreter")
    return load_engine(bundle, "litert")


def assert_same_steps(expected, received):
    """A channel has 255 steps of int8; latents are sums of eight, and so finer."""
    steps = np.ptp(expected, axis=(0, 1, 2)) / 255
    assert np.mean(expected == received) >= EQUAL
    differences = np.abs(expected - received).max(axis=(0, 1, 2))
    assert (differences <= (STEPS + 0.01) * steps).all()


def test_numpy_gives_what_was_recorded(bundle):
    check = check_golden(bundle, load_engine(bundle, "numpy"))
    assert check.codes_equal == check.codes > 0
    assert check.latents_largest_difference == check.decoded_largest_difference == 0.0


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_numpy_gives_what_litert_gives(bundle, litert, seed):
    ours = load_engine(bundle, "numpy")
    settings, rng = bundle.settings, np.random.default_rng(seed)
    cells = 3 + seed
    shape = (1, cells * bundle.time_stride, settings.num_bins, settings.num_channels)
    spectrogram = rng.random(shape, np.float32) ** (1 + seed)
    assert_same_steps(litert.encode(spectrogram), ours.encode(spectrogram))
    codemap = rng.integers(
        0,
        bundle.codebook_size,
        (1, cells, settings.num_bins // bundle.freq_stride),
        np.int32,
    )
    assert_same_steps(litert.decode(codemap), ours.decode(codemap))
