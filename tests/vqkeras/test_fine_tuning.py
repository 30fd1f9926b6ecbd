"""A training that goes on from a preset: its weights, its config, its credits."""

import dataclasses
import json
import shutil

import numpy as np
import pytest

from edge_runtime.errors import UsageError
from vqkeras.config_file import load_config, parse_arguments
from vqkeras.fine_tuning import check_same, read_origin, with_preset
from vqkeras.model.preset_folder import PresetFolder
from vqkeras.model.preset_names import PRESETS_FOLDER
from vqkeras.model.preset_place import PresetError
from vqkeras.run import load_run
from vqkeras.train import _parser, main, train

pytestmark = [
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Even though the `tf.config:UserWarning"),
]


def parsed(*arguments):
    with with_preset(arguments) as given:
        return parse_arguments(_parser(), given)[1]


def test_the_config_is_the_presets_and_a_tenth_of_the_rate(tmp_path):
    preset = PresetFolder(PRESETS_FOLDER / "general")
    own = ["--data.name", "folder", "--data.dir", str(tmp_path)]
    same = ["--model.architecture=residual", "--spectrogram.n_fft", "2048"]
    config = parsed("--from_preset", "general", *own, *same, "--data.limit=7")
    kept = dataclasses.replace(preset.model_config, restart_threshold=0.0)
    assert config.model == kept  # each codeword means what it did
    assert config.spectrogram == preset.spectrogram
    before = load_config(preset.folder / "config.yaml")
    assert config.training.learning_rate == before.training.learning_rate / 10
    assert config.training.batch_size == before.training.batch_size
    assert config.training.minutes == 10
    assert config.data.crop_frames == before.data.crop_frames
    assert config.data.gain_db == before.data.gain_db
    assert config.data.limit == 7 and config.data.notes_dirs is None
    assert config.name == "general_tuned" and config.from_preset == "general"
    # Without other data it goes on with the preset's own.
    assert parsed("--from_preset=general").data == before.data
    check_same(config, preset)


@pytest.mark.parametrize(
    "flags",
    [
        ["--spectrogram.floor_db=-9e1"],
        ["--spectrogram.floor_db", "-90"],
        ["--spectrogram.floor_db=-80", "--spectrogram.floor_db=-90.0"],
        ["--from_preset=x", "--from_preset=general"],
    ],
)
def test_the_same_number_in_other_words_is_no_other_one(flags):
    config = parsed("--from_preset=general", *flags)
    assert config.spectrogram == PresetFolder(PRESETS_FOLDER / "general").spectrogram


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--model.codebook_dim", "3"], "model.codebook_dim of the preset general is"),
        (["--spectrogram.floor_db=-80"], "spectrogram.floor_db of the preset general"),
        (["--spectrogram.floor_db=-8e1"], "Received: -80.0."),
        (
            ["--spectrogram.floor_db=-90", "--spectrogram.floor_db=-80"],
            "Received: -80.",
        ),
        # What other fields of the preset do not fit is told by its own name.
        (["--model.architecture", "wavenet"], "model.architecture of the preset"),
        (["--spectrogram.n_fft", "512"], "spectrogram.n_fft of the preset general is"),
        (["--model.strides", "[2, 2]"], "model.strides of the preset general is"),
        (["--from_preset", "x"], "Preset 'x' is unknown"),
    ],
)
def test_other_architectures_are_one_line(flags, message, tmp_path, capsys):
    given = ["--run_dir", str(tmp_path / "run"), "--data.name=synthetic"]
    first = [] if "--from_preset" in flags else ["--from_preset", "general"]
    assert main([*first, *flags, *given]) == 2
    error = capsys.readouterr().err
    assert message in error and error.count("\n") == 1


@pytest.fixture
def preset_dir(run_dir, tmp_path):
    """The run that tests share as a preset."""
    from vqkeras import training
    from vqkeras.presets import write_preset

    run = load_run(run_dir)
    run.__dict__["dataset"] = training.load_dataset(run.config.data, None)
    return write_preset(run, {}, tmp_path / "presets")


def test_it_goes_on_from_the_weights_and_can_be_resumed(
    preset_dir, tiny, tmp_path, eager
):
    config = dataclasses.replace(
        tiny.with_training(epochs=1, steps_per_epoch=1, learning_rate=1e-5),
        from_preset=str(preset_dir),
    )
    run_dir = train(config, tmp_path / "run")
    run, preset = load_run(run_dir), PresetFolder(preset_dir)
    before = preset.load()
    # The codebook and its averages go on; a step of 1e-5 hardly moves the rest.
    for ours, theirs in zip(
        run.model.trainable_weights, before.trainable_weights, strict=True
    ):
        np.testing.assert_allclose(ours, theirs, atol=2e-5)
    batches = run.model.quantizer.num_batches, before.quantizer.num_batches
    assert int(batches[0]) == int(batches[1]) + 1
    decay = before.quantizer.decay
    least = decay * np.asarray(before.quantizer.counts)
    assert (np.asarray(run.model.quantizer.counts) >= 0.999 * least).all()
    assert run.model.data_variance == preset.metadata["data_variance"]
    assert run.summary["from_preset"] == str(preset_dir)
    assert read_origin(run_dir).name == "tiny"
    assert "after the preset tiny: Trained on MNIST" in run.credits.attribution
    # The preset may be gone once the run has begun.
    shutil.rmtree(preset_dir)
    longer = dataclasses.replace(
        config, training=dataclasses.replace(config.training, epochs=2)
    )
    train(longer, run_dir, resume=True)
    assert json.loads((run_dir / "summary.json").read_text())["epochs"] == 2


def test_a_damaged_preset_is_refused_before_any_step(preset_dir, tiny, tmp_path):
    weights = preset_dir / "model.weights.h5"
    weights.write_bytes(weights.read_bytes() + b"\0")
    config = dataclasses.replace(tiny.config, from_preset=str(preset_dir))
    with pytest.raises(PresetError, match="not the file that metadata.json describes"):
        train(config, tmp_path / "run")
    shutil.rmtree(preset_dir)
    with pytest.raises(UsageError, match="is unknown"):
        train(config, tmp_path / "other")
