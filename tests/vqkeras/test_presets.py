"""A finished run as a preset: the same model again, with its story and its credits."""

import json

import numpy as np
import pytest

from edge_runtime.errors import UsageError, UserError
from vqkeras.model.preset_names import preset_names
from vqkeras.model.preset_place import PresetError
from vqkeras.presets import load_preset, write_preset
from vqkeras.run import Run, load_run

pytestmark = [
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Even though the `tf.config:UserWarning"),
]

ROW = {
    "kind": "drums",
    "spectrogram": "this_run",
    "num_examples": 2,
    "num_pitched": 0,
    "lsd_db": 2.5,
    "log_mel_distance_db": 1.5,
    "spectral_convergence": 0.1,
    "level_error_db": 0.2,
    "envelope_correlation": 0.99,
}


@pytest.fixture
def run(run_dir):
    """The run that tests share, with its images."""
    from vqkeras import training

    run = load_run(run_dir)
    # The fixture `tiny_data` stands behind it.
    run.__dict__["dataset"] = training.load_dataset(run.config.data, None)
    return run


@pytest.fixture
def folder(run, tmp_path):
    write_preset(run, {"nmse": 0.25, "kinds": [ROW]}, tmp_path)
    return tmp_path


def test_a_preset_is_the_model_of_its_run(run, folder):
    assert preset_names(folder) == ["tiny"]
    preset = load_preset("tiny", folder)
    assert preset.config == run.config
    examples = np.random.default_rng(0).random((2, 8, 8, 1), np.float32)
    # Kernels are kept in float16.
    np.testing.assert_allclose(preset.model(examples), run.model(examples), atol=1e-3)
    np.testing.assert_array_equal(
        preset.model.encode_codemap(examples), run.model.encode_codemap(examples)
    )


def test_it_tells_how_it_came_about(run, folder):
    files = {path.name for path in (folder / "tiny").iterdir()}
    assert files == {
        "config.yaml",
        "model.weights.h5",
        "metadata.json",
        "history.csv",
        "figures.json",
        "energy.json",
        "README.md",
    }
    metadata = load_preset("tiny", folder).metadata
    assert metadata["seed"] == 0 and metadata["epochs"] == 3
    assert metadata["cell"] == [4, 4]
    assert metadata["versions"] == json.loads(
        (run.folder / "versions.json").read_text()
    )
    assert metadata["credits"]["licence"] == "CC BY-SA 3.0"
    card = (folder / "tiny" / "README.md").read_text()
    assert "| drums | 2 | this_run | 2.50 dB |" in card
    assert "Trained on MNIST, LeCun, Cortes and Burges" in card


def test_weights_that_were_changed_are_refused_in_one_line(folder):
    path = folder / "tiny" / "model.weights.h5"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(PresetError, match="not the file that metadata.json desc"):
        _ = load_preset("tiny", folder).model


def test_unknown_names_and_unfinished_runs_are_refused(run, tmp_path):
    with pytest.raises(UsageError, match="Preset 'x' is unknown.*of none yet"):
        load_preset("x", tmp_path)
    unfinished = Run(tmp_path, run.config)
    with pytest.raises(UserError, match="not finished: it has no summary.json"):
        write_preset(unfinished, {}, tmp_path)


def test_the_preset_of_the_package_loads_and_keeps_a_sound():
    preset = load_preset("general")
    assert preset.config.spectrogram.sample_rate == 44100
    of_prior = set(preset.folder.glob("prior*"))
    for files in (of_prior, set(preset.folder.iterdir()) - of_prior):
        assert sum(path.stat().st_size for path in files) < 2_000_000
    model, metadata = preset.model, preset.metadata
    parts = model.encoder, model.decoder
    assert sum(part.count_params() for part in parts) == metadata["num_parameters"]
    level = np.linspace(0.8, 0.2, 320, dtype=np.float32)[:, np.newaxis]
    falling = np.broadcast_to(level, (1, 16, 320, 1))
    received = np.asarray(model(falling))
    assert np.abs(received - falling).mean() < 0.05


@pytest.mark.parametrize("name", preset_names())
def test_every_preset_of_the_package_says_what_it_owes_to_its_data(name):
    credits = load_preset(name).credits
    assert credits.licence and credits.attribution and credits.division
