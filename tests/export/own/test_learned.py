"""The whole way of one's own sounds with a tiny preset: both parts learn from it."""

import dataclasses
import shutil
from pathlib import Path

import keras
import numpy as np
import pytest
import soundfile

from edge_runtime.audio.audio_file import read_audio
from edge_runtime.bundle.bundle_file import read_bundle
from edge_runtime.errors import UsageError, UserError
from edge_runtime.page.own_models import models_in
from edge_runtime.spectrogram.region import Region
from edge_runtime.spectrogram.settings import SpectrogramSettings
from export.own.command import make_own
from export.own.comparison import compare
from export.own.plan import own_plan
from vqkeras.config import Config, TrainingConfig
from vqkeras.datasets import DataConfig
from vqkeras.model.conv_architecture import ConvArchitecture
from vqkeras.presets import load_preset, write_preset, write_prior
from vqkeras.presets.preset_prior import load_prior_run
from vqkeras.priors.config import PriorConfig
from vqkeras.priors.fine_tuning import first_weights
from vqkeras.run import load_run
from vqkeras.train import train
from vqkeras.train_prior import train_prior

pytestmark = [
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Even though the `tf.config:UserWarning"),
]
STEPS = TrainingConfig(epochs=1, steps_per_epoch=2, batch_size=2, learning_rate=0.01)


@pytest.fixture(scope="module", autouse=True)
def eager():
    """Steps without a graph: a few steps are faster than tracing them."""
    import tensorflow as tf

    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)


@pytest.fixture(scope="module")
def sounds(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sounds")
    for number in range(6):
        noise = np.random.default_rng(number).uniform(-0.5, 0.5, 2000)
        soundfile.write(folder / f"{number}.wav", noise, 1000)
    return folder


@pytest.fixture(scope="module")
def preset_dir(sounds, tmp_path_factory):
    """A preset of a few steps, with a prior of a few more."""
    root = tmp_path_factory.mktemp("tiny")
    config = Config(
        "tiny",
        data=DataConfig(name="folder", dir=str(sounds), cache_dir=str(root / "cache")),
        spectrogram=SpectrogramSettings(sample_rate=1000, n_fft=64, hop_length=16),
        model=ConvArchitecture(
            channels=(4,), strides=((4, 4),), codebook_size=8, codebook_dim=2
        ),
        training=STEPS,
    )
    run = load_run(train(config, root / "run"))
    prior = PriorConfig(
        "tiny", units=4, dilations=((1, 1),), crop_cells=4, training=STEPS
    )
    prior_dir = train_prior(prior, run, root / "run_prior")
    folder = write_preset(run, {}, root / "presets")
    write_prior(prior_dir, folder)
    return folder


@pytest.fixture
def plan(sounds, preset_dir, tmp_path):
    """Both trainings of one's own sounds, of two steps each."""
    found = own_plan(
        sounds,
        from_preset=str(preset_dir),
        name="mine",
        run_dir=tmp_path / "mine",
        minutes=10.0,
        seed=0,
    )
    steps = {"epochs": 1, "steps_per_epoch": 2}
    data = dataclasses.replace(found.codec.data, cache_dir=str(tmp_path / "cache"))
    training = dataclasses.replace(found.codec.training, **steps)
    of_prior = dataclasses.replace(found.prior.training, **steps)
    return dataclasses.replace(
        found,
        codec=dataclasses.replace(found.codec, data=data, training=training),
        prior=dataclasses.replace(found.prior, training=of_prior, versions=1),
    )


def test_both_learn_are_measured_exported_and_on_the_page(
    plan, preset_dir, sounds, tmp_path
):
    output = tmp_path / "mine.tflite"
    report = make_own(plan, output, force=False)
    assert read_bundle(output).prior is not None
    models, faults = models_in(tmp_path, "auto", taken=())  # what the page offers
    assert list(models) == ["mine"] and not faults
    sound = read_audio(sounds / "0.wav")
    edit = models["mine"].load().inpainter.inpaint(sound, Region(0.5, 1.0, 0.0, 400.0))
    assert (edit.audio_file.samples != sound.samples).any()
    assert report["name_of_preset"] == "tiny" and report["held_back"] >= 1
    assert report["export"]["prior"]["bits_exported"] > 0.0
    assert report["bits_of_preset_prior"] > 0.0
    for part in ("preset", "own"):
        assert report[part]["bits_per_code"] > 0.0 and report[part]["lsd_db"] > 0.0
    # Two steps at a small rate hardly move what came from the preset.
    preset = load_preset(preset_dir)
    codebook = load_run(plan.codec_dir).model.quantizer.codebook
    prior = load_prior_run(plan.prior_dir, codebook)
    for one, other in zip(
        prior.trainable_weights, preset.prior.trainable_weights, strict=True
    ):
        np.testing.assert_allclose(one, other, atol=0.01)
    # Kept is the last of its epochs: two files cannot tell which is best.
    last = keras.models.load_model(plan.prior_dir / "last.keras", compile=False)
    (plan.prior_dir / "best.keras").write_bytes(b"")
    again = load_prior_run(plan.prior_dir, codebook)
    np.testing.assert_array_equal(again.weights[0], last.weights[0])
    # Given again it goes on: nothing is left to learn. The file is not replaced.
    written = (plan.prior_dir / "last.keras").read_bytes()
    with pytest.raises(UserError, match="The export failed; the training is kept"):
        make_own(plan, output, force=False)
    assert (plan.prior_dir / "last.keras").read_bytes() == written


def test_fine_tuning_is_compared_with_training_from_scratch(plan):
    report = compare(plan)
    assert {"preset", "tuned", "scratch"} < set(report) and report["minutes"] == 10.0
    assert len({report[name]["bits_per_code"] for name in ("tuned", "scratch")}) == 2
    assert report["scratch"]["epochs"] == 1
    tuned, preset = report["tuned"], report["preset"]
    bits = {tuned["bits_per_code"], preset["bits_per_code"]}
    assert tuned["bits_of_preset_prior"] not in bits


def test_the_prior_of_a_preset_goes_on_from_itself(plan, preset_dir):
    assert first_weights(plan.prior, load_preset(preset_dir)).parent == preset_dir


def test_a_prior_of_other_codes_or_another_shape_is_refused(
    plan, preset_dir, sounds, tmp_path
):
    codec = load_run(preset_dir.parents[1] / "run")
    with pytest.raises(UsageError, match="did not go on from the preset tiny"):
        train_prior(plan.prior, codec, tmp_path / "prior")
    other = dataclasses.replace(plan.prior, units=5)
    with pytest.raises(UsageError, match="units of the prior of tiny is 4"):
        train_prior(other, codec, tmp_path / "other")
    bare = Path(shutil.copytree(preset_dir, tmp_path / "bare"))
    (bare / "prior.json").unlink()
    with pytest.raises(UsageError, match="has no prior"):
        train_prior(
            dataclasses.replace(plan.prior, from_preset=str(bare)),
            codec,
            tmp_path / "third",
        )
