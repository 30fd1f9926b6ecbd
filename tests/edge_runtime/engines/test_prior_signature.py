"""The signature `prior`, by both engines: they agree, for any number of frames."""

import numpy as np
import pytest

from edge_runtime.bundle.golden_prior import golden_prior_inputs
from edge_runtime.engines.load import load_engine
from edge_runtime.errors import BundleError


@pytest.mark.parametrize("frames", [1, 7, 30])
def test_numpy_gives_the_int8_logits_of_litert(real_prior_bundle, frames):
    rng = np.random.default_rng(frames)
    visible = (rng.random((1, frames, 8, 1)) < 0.5).astype(np.float32)
    quantized = rng.random((1, frames, 8, 1), np.float32) * visible
    litert, numpy = (
        load_engine(real_prior_bundle, name).predict(quantized, visible)
        for name in ("litert", "numpy")
    )
    assert litert.shape == (1, frames, 8, 16)
    assert len(np.unique(litert)) > 20
    np.testing.assert_array_equal(numpy, litert)


@pytest.mark.parametrize("engine", ["litert", "numpy"])
def test_inner_frames_alone_are_the_same(real_prior_bundle, engine):
    rng, reach = np.random.default_rng(0), real_prior_bundle.prior_reach
    network = load_engine(real_prior_bundle, engine)
    for frames in (30, 2 * reach + 1):
        visible = (rng.random((1, frames, 8, 1)) < 0.5).astype(np.float32)
        quantized = rng.random((1, frames, 8, 1), np.float32) * visible
        whole = network.predict(quantized, visible)
        inner = network.predict_inner(quantized, visible)
        assert len(np.unique(inner)) > 20
        np.testing.assert_array_equal(inner, whole[:, reach : frames - reach])


def test_the_graph_is_what_the_tests_compute_in_numpy(real_prior_bundle, prior_codec):
    inputs = golden_prior_inputs(
        real_prior_bundle.golden["codemap"], real_prior_bundle.codebook
    )
    exact = prior_codec.predict(*inputs)
    given = load_engine(real_prior_bundle, "litert").predict(*inputs)
    error = np.abs(given - exact)
    assert error.mean() < 0.02 * np.abs(exact).max()


@pytest.mark.parametrize("engine", ["litert", "numpy"])
def test_a_model_without_it_says_so(real_bundle, engine):
    cells = np.zeros((1, 3, 8, 1), np.float32)
    with pytest.raises(BundleError, match="no signature prior"):
        load_engine(real_bundle, engine).predict(cells, cells)
