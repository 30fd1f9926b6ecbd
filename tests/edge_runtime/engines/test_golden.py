"""The self-test of a bundle, without an interpreter."""

from dataclasses import replace

import numpy as np
import pytest

from edge_runtime.engines.golden import TOLERANCE, check_golden
from edge_runtime.engines.load import load_engine
from edge_runtime.errors import BundleError
from tests.edge_runtime.level_codec import prior_inputs


class Shifted:
    """The tiny model with its outputs moved."""

    def __init__(self, level_codec, latents=0.0, decoded=0.0):
        self.codec, self.latents, self.decoded = level_codec, latents, decoded

    def encode(self, spectrogram):
        return self.codec.encode(spectrogram) + np.float32(self.latents)

    def decode(self, codemap):
        return self.codec.decode(codemap) + np.float32(self.decoded)


def test_equal_outputs(level_bundle, level_codec):
    check = check_golden(level_bundle, level_codec)
    assert check.passed and check.codes == check.codes_equal == 16
    assert check.latents_largest_difference == check.decoded_largest_difference == 0


@pytest.mark.parametrize(
    ("latents", "decoded", "passed"),
    [
        (TOLERANCE / 2, TOLERANCE / 2, True),
        (-TOLERANCE * 2, 0.0, False),
        (0.0, TOLERANCE * 2, False),
        (0.5, 0.0, False),
    ],
)
def test_tolerance(level_bundle, level_codec, latents, decoded, passed):
    check = check_golden(level_bundle, Shifted(level_codec, latents, decoded))
    assert check.passed == passed
    assert check.latents_largest_difference == pytest.approx(abs(latents), abs=1e-6)
    assert check.decoded_largest_difference == pytest.approx(decoded, abs=1e-6)
    if latents == 0.5:
        assert check.codes_equal == 0


def test_a_prior_is_checked_too(prior_bundle, prior_codec, level_bundle, level_codec):
    assert check_golden(level_bundle, level_codec).logits_largest_difference is None
    check = check_golden(prior_bundle, prior_codec)
    assert check.passed and check.logits_largest_difference == 0.0
    logits = prior_bundle.golden["prior_logits_sample"]

    class Other(type(prior_codec)):
        def predict(self, quantized, visible):
            return super().predict(quantized, visible) + np.float32(0.01)

    check = check_golden(prior_bundle, Other())
    assert not check.passed
    expected = 0.01 / np.abs(logits).max()
    assert check.logits_largest_difference == pytest.approx(expected, rel=1e-3)


def test_bundles_of_before_record_all_logits(real_prior_bundle):
    engine = load_engine(real_prior_bundle, "numpy")
    quantized, visible = prior_inputs()
    golden = {
        name: array
        for name, array in real_prior_bundle.golden.items()
        if name != "prior_logits_sample"
    }
    golden |= {"prior_quantized": quantized, "prior_visible": visible}
    golden["prior_logits"] = engine.predict(quantized, visible)
    bundle = replace(real_prior_bundle, golden=golden)
    assert check_golden(bundle, engine).logits_largest_difference == 0.0
    golden["prior_logits"].flat[-1] += 1.0
    assert not check_golden(bundle, engine).passed


def test_inner_frames_of_a_prior_are_checked(real_prior_bundle):
    engine = load_engine(real_prior_bundle, "numpy")
    assert check_golden(real_prior_bundle, engine).passed
    inner = engine.predict_inner
    engine.predict_inner = lambda *inputs: inner(*inputs) * np.float32(0.9)
    assert not check_golden(real_prior_bundle, engine).passed


def test_impossible_outputs(level_bundle, level_codec):
    with pytest.raises(BundleError, match="latents that are NaN"):
        check_golden(level_bundle, Shifted(level_codec, latents=np.nan))

    class Short(Shifted):
        def decode(self, codemap):
            return super().decode(codemap)[:, :4]

    with pytest.raises(BundleError, match=r"spectrogram of shape \(1, 4, 128, 1\)"):
        check_golden(level_bundle, Short(level_codec))
