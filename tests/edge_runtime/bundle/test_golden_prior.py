"""What a bundle records of its prior, and what is refused of it."""

from dataclasses import replace

import numpy as np
import pytest

from edge_runtime.bundle.golden_prior import golden_prior_inputs, logits_sample
from edge_runtime.bundle.shipped import load_model
from edge_runtime.errors import BundleError
from tests.edge_runtime.level_codec import prior_inputs


def without(golden, name):
    return {key: array for key, array in golden.items() if key != name}


def test_every_cell_and_every_code_is_in_the_sample():
    bundle = load_model("general")
    codemap, size = bundle.golden["codemap"], bundle.codebook_size
    cells = np.arange(codemap.size)[:, np.newaxis] * size
    numbers = (cells + np.arange(size)).astype(np.float32)
    sample = logits_sample(numbers).astype(int)
    assert set(sample // size) == set(range(codemap.size))
    assert set(sample % size) == set(range(size))
    assert len(sample) == len(bundle.golden["prior_logits_sample"])


def test_half_of_the_golden_codemap_is_hidden(prior_bundle):
    codemap = prior_bundle.golden["codemap"]
    quantized, visible = golden_prior_inputs(codemap, prior_bundle.codebook)
    assert visible.mean() == 0.5
    hidden = visible[..., 0] == 0.0
    assert not quantized[hidden].any()
    expected = prior_bundle.codewords_of(codemap)[~hidden]
    np.testing.assert_array_equal(quantized[~hidden], expected)


def test_a_sample_of_another_size_is_refused(prior_bundle):
    golden = dict(prior_bundle.golden)
    golden["prior_logits_sample"] = golden["prior_logits_sample"][1:]
    with pytest.raises(BundleError, match="prior_logits_sample must have shape"):
        replace(prior_bundle, golden=golden)


@pytest.mark.parametrize(
    "codemap",
    [
        np.zeros((2, 8), np.int32),
        np.zeros((1, 2, 8), np.float32),
        np.full((1, 2, 8), 16, np.int32),
        np.full((1, 2, 8), -1, np.int32),
        np.zeros((1, 0, 8), np.int32),
    ],
)
def test_a_codemap_that_nobody_can_ask_about_is_refused(prior_bundle, codemap):
    with pytest.raises(BundleError, match="codemap must hold codes below 16"):
        replace(prior_bundle, golden=prior_bundle.golden | {"codemap": codemap})


def test_all_logits_of_bundles_of_before_are_whole_and_fit(prior_bundle, prior_codec):
    quantized, visible = prior_inputs()
    golden = without(prior_bundle.golden, "prior_logits_sample")
    golden |= {"prior_quantized": quantized, "prior_visible": visible}
    with pytest.raises(BundleError, match="also needs the arrays prior_logits"):
        replace(prior_bundle, golden=golden)
    golden["prior_logits"] = prior_codec.predict(quantized, visible)
    replace(prior_bundle, golden=golden)
    golden["prior_logits"] = golden["prior_logits"][..., 1:]
    with pytest.raises(BundleError, match=r"prior_logits must have shape .*, 16\)"):
        replace(prior_bundle, golden=golden)
