"""Presets of shipped bundles: the same codes as the bundle that they came from."""

import json
from pathlib import Path

import numpy as np
import pytest

from edge_runtime import load_model
from edge_runtime.engines.load import load_engine
from edge_runtime.errors import BundleError
from export.zoo.recovered import recover_preset
from export.zoo.recovered_weights import recover_weights
from vqkeras import VQVAE
from vqkeras.model.preset_folder import PresetFolder
from vqkeras.model.preset_names import PRESETS_FOLDER

pytestmark = [
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]
FIGURES = Path(__file__).parents[3] / "report" / "evaluation"


def heard(settings, frames, seed):
    """Falling partials over a quiet ground, `(1, frames, bins, 1)`."""
    rng = np.random.default_rng(seed)
    ground = 0.1 * rng.random((frames, settings.num_bins))
    ground[:, :: rng.integers(9, 40)] += np.linspace(0.7, 0.2, frames)[:, np.newaxis]
    return ground.astype(np.float32)[np.newaxis, ..., np.newaxis]


@pytest.fixture(scope="module")
def light():
    return VQVAE.from_preset("nsynth_light")


def test_codes_are_those_of_the_float_bundle(light):
    bundle = load_model("nsynth_light_float32")
    engine = load_engine(bundle)
    sounds = [heard(light.spectrogram, 32, seed) for seed in range(40)]
    codes = np.concatenate([bundle.codes_of(engine.encode(each)) for each in sounds])
    np.testing.assert_array_equal(light.encode_codemap(np.concatenate(sounds)), codes)
    # The codebook that is looked up in has 11 bits of each value.
    np.testing.assert_allclose(
        light.decode_codemap(codes[:3]),
        np.concatenate([engine.decode(each[np.newaxis]) for each in codes[:3]]),
        atol=1e-4,
    )


def test_codes_are_nearly_those_of_the_int8_bundles():
    for name in ("nsynth_light", "nsynth_live"):
        # On the notes of the test split, when it was exported.
        assert load_model(name).metadata["parity"]["equal_codes"] >= 0.97
    bundle = load_model("nsynth_live")
    model = VQVAE.from_preset("nsynth_live")
    seen = heard(model.spectrogram, 126, 0)
    codes = bundle.codes_of(load_engine(bundle).encode(seen))
    assert (np.asarray(model.encode_codemap(seen)) == codes).mean() > 0.95


def test_the_preset_of_the_package_is_made_so(light, tmp_path):
    figures = json.loads((FIGURES / "nsynth_light.json").read_text())
    folder = recover_preset("nsynth_light", "nsynth_light_float32", figures, tmp_path)
    again = PresetFolder(folder).load()
    for one, other in zip(light.weights, again.weights, strict=True):
        np.testing.assert_array_equal(one, other)
    kept = PresetFolder(PRESETS_FOLDER / "nsynth_light")
    # A config may have got another field since.
    folders = PresetFolder(folder), kept
    configs = [each.config_fields | {"from_preset": None} for each in folders]
    for config in configs:
        config["model"] = {"codebooks": 1} | config["model"]
    assert configs[0] == configs[1]
    for name in ("README.md", "figures.json"):
        assert (folder / name).read_bytes() == (kept.folder / name).read_bytes()
    assert again.quantizer.initialised.numpy()
    assert float(np.sum(again.quantizer.counts.numpy())) == pytest.approx(16 * 4 * 128)


def test_a_bundle_of_another_architecture_is_refused(light):
    with pytest.raises(BundleError, match="has weights of shapes .* its config has"):
        recover_weights(light, load_model("nsynth_live"), cells_per_batch=1.0)
