"""A prior kept with its codec's preset: the same network again, and never another's."""

import dataclasses
import json
from types import SimpleNamespace

import keras
import numpy as np
import pytest

from edge_runtime.errors import UserError
from vqkeras.config_file import save_config
from vqkeras.layers import ResidualVectorQuantizer
from vqkeras.model.code_prior import CodePrior
from vqkeras.model.preset_place import PresetError
from vqkeras.presets import load_preset, write_preset, write_prior
from vqkeras.presets.preset_prior import prior_weights
from vqkeras.priors.config import PriorConfig
from vqkeras.run import RunError, load_run, prepare_folder, write_json

pytestmark = [
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Even though the `tf.config:UserWarning"),
]

CONFIG = PriorConfig("tiny", units=4, dilations=((1, 1), (2, 1)), crop_cells=2)


@pytest.fixture
def folder(run_dir, tmp_path):
    """Folder of the preset of the run that tests share."""
    from vqkeras import training

    run = load_run(run_dir)
    run.__dict__["dataset"] = training.load_dataset(run.config.data, None)
    return write_preset(run, {"nmse": 0.25, "kinds": []}, tmp_path / "presets")


@pytest.fixture
def prior_dir(folder, tmp_path):
    """What a finished training of a prior on its codes leaves."""
    codebook = load_preset("tiny", folder.parent).model.quantizer.codebook.numpy()
    keras.utils.set_random_seed(3)
    prior = CodePrior(*codebook.shape, units=4, dilations=CONFIG.dilations)
    prior.build([(None, None, 2, 2), (None, None, 2, 1)])
    prior.set_codebook(codebook)
    path = tmp_path / "prior"
    prepare_folder(CONFIG, path, resume=False, force=False)
    prior.save(path / "best.keras")
    codes = np.random.default_rng(1).integers(0, 8, (5, 6, 2)).astype(np.uint16)
    np.savez(path / "codes.npz", train=codes, validation=codes)
    summary = {"reach": prior.reach, "epochs": 2, "best": {"epoch": 1.0}}
    write_json(summary, path / "summary.json")
    write_json({"energy_wh": 0.5}, path / "energy.json")
    (path / "history.csv").write_text("epoch\n1\n2\n")
    return path


def logits(prior):
    rng = np.random.default_rng(0)
    codes = rng.integers(0, 8, (1, 6, 2)).astype(np.int32)
    return np.asarray(prior.logits_of(codes, rng.random(codes.shape) < 0.5))


def test_a_preset_has_a_prior_when_one_was_kept(folder, prior_dir):
    assert load_preset("tiny", folder.parent).prior is None
    write_prior(prior_dir, folder)
    received = load_preset("tiny", folder.parent).prior
    expected = keras.models.load_model(prior_dir / "best.keras", compile=False)
    assert received.reach == expected.reach == 4
    facts = json.loads((folder / "prior.json").read_text())
    assert facts["weights"]["float16"] and abs(facts["weights"]["bits_changed"]) < 1e-3
    np.testing.assert_allclose(logits(received), logits(expected), atol=1e-3)
    assert facts["reach"] == 4 and facts["energy"] == {"energy_wh": 0.5}
    assert facts["kept_epoch"] == 1
    assert {"python", "keras"} <= set(facts["versions"])
    assert (folder / "prior_history.csv").read_text() == "epoch\n1\n2\n"


def test_without_a_prior_no_codebook_is_asked_for(folder):
    preset = load_preset("tiny", folder.parent)
    quantizer = ResidualVectorQuantizer(8, codebooks=2)
    preset.__dict__["model"] = SimpleNamespace(quantizer=quantizer)
    assert preset.prior is None


def test_of_a_fine_tuning_the_last_epoch_is_kept(folder, prior_dir):
    config = dataclasses.replace(CONFIG, from_preset="tiny")
    save_config(config, prior_dir / "config.yaml")
    last = keras.models.load_model(prior_dir / "best.keras", compile=False)
    last.rows.offset.assign_add(np.ones_like(last.rows.offset))
    last.save(prior_dir / "last.keras")
    write_prior(prior_dir, folder)
    received = load_preset("tiny", folder.parent).prior
    np.testing.assert_allclose(logits(received), logits(last), atol=1e-2)
    assert json.loads((folder / "prior.json").read_text())["kept_epoch"] == 2


def test_changed_files_are_refused_in_one_line(folder, prior_dir):
    write_prior(prior_dir, folder)
    for name in ("prior.weights.h5", "prior.json"):
        path = folder / name
        content = path.read_bytes()
        path.write_bytes(content[:-1])
        with pytest.raises(PresetError, match="not the file that metadata.json"):
            _ = load_preset("tiny", folder.parent).prior
        path.write_bytes(content)
    path = folder / "prior.weights.h5"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(PresetError, match="not the file that prior.json describes"):
        prior_weights(folder)


def test_a_prior_of_another_codec_is_refused(folder, prior_dir):
    prior = keras.models.load_model(prior_dir / "best.keras", compile=False)
    prior.set_codebook(prior.codebook.numpy()[::-1])
    prior.save(prior_dir / "best.keras")
    with pytest.raises(UserError, match="trained on the codes of another codec"):
        write_prior(prior_dir, folder)
    assert not (folder / "prior.json").exists()


def test_what_is_no_finished_training_of_a_prior_is_refused(folder, prior_dir, run_dir):
    with pytest.raises(RunError, match="holds a codec, not a prior"):
        write_prior(run_dir, folder)
    (prior_dir / "summary.json").unlink()
    with pytest.raises(RunError, match="finished training of a prior.*no summary.json"):
        write_prior(prior_dir, folder)
