"""Shipped bundles beside the presets of their names."""

import json

import numpy as np
import pytest

from edge_runtime import load_model
from edge_runtime.bundle.shipped import SHIPPED_MODELS
from export.zoo import preset_codes
from vqkeras.datasets.split import Split
from vqkeras.presets import load_preset

pytestmark = [
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]


def sounds_for(preset):
    """Falling partials over a quiet ground, of the size of its examples."""
    frames, bins, _ = load_model(preset.name).metadata["example_shape"]
    array = np.empty((2, frames, bins, 1), np.float16)
    for seed, example in enumerate(array):
        rng = np.random.default_rng(seed)
        example[..., 0] = 0.1 * rng.random((frames, bins))
        fall = np.linspace(0.7, 0.2, frames)[:, np.newaxis]
        example[:, :: rng.integers(9, 40), 0] += fall
    return Split(array, [{}, {}])


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("nsynth_light_float32", 1.0),
        # Of real sounds an int8 bundle keeps 97% and more, of this noise less.
        *[(name, 0.8) for name in SHIPPED_MODELS if "float32" not in name],
    ],
)
def test_presets_give_the_codes_of_their_bundles(name, least):
    bundle = load_model(name)
    preset = load_preset(bundle.name)
    report = preset_codes.codes_beside(bundle, preset, sounds_for(preset))
    assert report["equal_codes"] >= least
    assert report["preset"] == name.removesuffix("_float32")


def test_the_command_writes_all_of_them(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(preset_codes, "SHIPPED_MODELS", ["nsynth_light_float32"])
    monkeypatch.setattr(preset_codes, "_test_sounds", sounds_for)
    path = tmp_path / "codes.json"
    assert preset_codes.main(["--out", str(path)]) == 0
    report = json.loads(path.read_text())
    assert report["models"]["nsynth_light_float32"]["cells"] == 2 * 8 * 128
    assert report == json.loads(capsys.readouterr().out)
    assert preset_codes.main(["--out", str(path)]) == 2
