"""Short trainings of codecs: other widths, no codebook, parts of the data."""

import dataclasses
import json

import numpy as np
import pytest

from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras.config import Config, TrainingConfig
from vqkeras.datasets import DataConfig
from vqkeras.evaluation import codec_study, study_figure
from vqkeras.evaluation.codec_study import TRIALS, Trial, main, row_of, trial_config
from vqkeras.evaluation.short_trainings import course_of
from vqkeras.model.residual_architecture import ResidualArchitecture
from vqkeras.presets.preset import load_preset
from vqkeras.run import load_run
from vqkeras.trained_runs import finished_run

pytestmark = [
    pytest.mark.usefixtures("eager"),
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Even though the `tf.config:UserWarning"),
]


@pytest.fixture
def preset(kinds, tmp_path):
    """A run of two kinds of sound, in place of a preset."""
    config = Config(
        "tiny",
        DataConfig(
            "general",
            dir=str(kinds.fill(tmp_path / "general")),
            train_clips=24,
            cache_dir=str(tmp_path / "cache"),
            crop_frames=16,
        ),
        SpectrogramSettings(
            sample_rate=kinds.rate, n_fft=64, hop_length=16, floor_db=-90.0
        ),
        ResidualArchitecture(
            channels=(4, 8),
            strides=((2, 2), (2, 4)),
            block_units=6,
            context_units=(4,),
            codebook_size=8,
            codebook_dim=2,
        ),
        TrainingConfig(epochs=2, steps_per_epoch=1, batch_size=2, minutes=5.0),
    )
    return finished_run(config, tmp_path / "preset")


def test_each_trial_changes_one_thing_of_the_preset():
    own = load_preset("general").config
    plain, bare, half, wide, *parts = (
        trial_config(own, trial, steps=900) for trial in TRIALS
    )
    training = dataclasses.replace(
        own.training, epochs=6, steps_per_epoch=150, minutes=None
    )
    assert plain == dataclasses.replace(own, training=training)
    assert bare == dataclasses.replace(
        plain, model=dataclasses.replace(plain.model, quantizer="none")
    )
    for config, channels, block, context in (
        (half, (16, 56), 48, (36,)),
        (wide, (48, 168), 144, (108,)),
    ):
        model = dataclasses.replace(
            plain.model, channels=channels, block_units=block, context_units=context
        )
        assert config == dataclasses.replace(plain, model=model)
    for config, clips in zip(parts, (2048, 1024, 512), strict=True):
        data = dataclasses.replace(plain.data, train_clips=clips)
        assert config == dataclasses.replace(plain, data=data)


def test_what_is_reported_was_trained(preset, tmp_path, monkeypatch, capsys):
    """Through real trainings on real files, and then again from what they left."""
    monkeypatch.setattr("vqkeras.presets.preset.load_preset", lambda name: preset)
    trials = [Trial(), Trial(has_codebook=False), Trial(width=0.5), Trial(share=0.5)]
    monkeypatch.setattr(codec_study, "TRIALS", trials)
    out, runs = tmp_path / "limits.json", tmp_path / "runs"
    arguments = ["tiny", "--steps", "6", "--runs", str(runs), "--out", str(out)]
    assert main(arguments) == 0
    table = capsys.readouterr().out
    assert table.strip() in out.with_suffix(".md").read_text()
    assert out.with_suffix(".png").stat().st_size > 10_000
    plain, bare, half, part, own = rows = json.loads(out.read_text())["rows"]
    assert [row["steps"] for row in rows] == [6, 6, 6, 6, 2]
    assert [len(row["course"]) for row in rows] == [6, 6, 6, 6, 2]
    assert all(0.0 < row["lsd_db"] < 90.0 for row in rows)

    as_it_is, no_codebook, narrow, few = (
        load_run(runs / folder)
        for folder in (
            "as_it_is",
            "no_codebook",
            "0.5_of_the_widths",
            "0.5_of_the_clips",
        )
    )
    sizes = [len(run.dataset.train) for run in (as_it_is, no_codebook, narrow, few)]
    assert sizes == [24, 24, 24, 12] == [row["clips"] for row in rows[:4]]
    heard = [clip["kind"] for clip in few.dataset.train.metadata]
    assert heard.count("drums") == heard.count("speech") == 6
    validation = {len(run.dataset.validation) for run in (as_it_is, few)}
    assert validation == {len(preset.dataset.validation)}
    assert f"{validation.pop()} whole validation" in out.with_suffix(".md").read_text()

    assert no_codebook.model.quantizer.codebook_size is None
    assert bare["codebook_size"] is None and plain["codebook_size"] == 8
    assert tuple(narrow.model.encoder.channels) == (2, 4)
    counts = [
        run.model.encoder.count_params() + run.model.decoder.count_params()
        for run in (as_it_is, no_codebook, narrow, few)
    ]
    assert counts == [row["num_parameters"] for row in rows[:4]]
    assert (
        counts[0]
        == counts[1]
        == counts[3]
        == own["num_parameters"]
        > 2 * half["num_parameters"]
    )
    # The measure is DESIGN's: of whole clips, in dB, with the weights of the end.
    assert part["val_lsd_db"] == pytest.approx(_lsd_of(few), rel=0.02)

    def never(*_, **__):
        raise AssertionError("trained again")

    monkeypatch.setattr("vqkeras.trained_runs.train", never)
    assert main([*arguments, "--force"]) == 0
    assert json.loads(out.read_text())["rows"] == rows


def _lsd_of(run):
    import keras

    model = keras.models.load_model(run.folder / "last.keras", compile=False)
    found = []
    for place in range(len(run.dataset.validation)):
        real = run.dataset.validation[place]
        error = 90.0 * (real - np.asarray(model(real[np.newaxis]))[0])
        found.append(np.sqrt(np.mean(error**2, axis=(1, 2))).mean())
    return np.mean(found)


def test_an_interrupted_training_goes_on(preset, tmp_path, monkeypatch):
    from vqkeras.callbacks.checkpoints import Checkpoints

    def killed(self, epoch, logs=None):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Checkpoints, "on_epoch_end", killed)
        with pytest.raises(KeyboardInterrupt):
            codec_study.tried(preset, Trial(), tmp_path / "runs", steps=6)
    row = codec_study.tried(preset, Trial(), tmp_path / "runs", steps=6)
    assert row["steps"] == 6 and len(row["course"]) == 6


def test_the_course_is_of_the_history_in_db(tmp_path):
    path = tmp_path / "history.csv"
    path.write_text("epoch,seconds,a,val_a\n1,60,0.3,0.4\n2,150,0.1,0.2\n")
    assert course_of(path, 300, "a", "lsd_db", factor=90.0) == {
        "steps": 600,
        "minutes": 2.5,
        "lsd_db": 9.0,
        "val_lsd_db": 18.0,
        "course": [36.0, 18.0],
    }


def test_the_row_of_the_preset_is_its_whole_training():
    preset = load_preset("general")
    row = row_of(preset, "own")
    metadata = preset.metadata
    assert row["steps"] == metadata["steps"]
    assert row["minutes"] == pytest.approx(metadata["minutes"], abs=0.1)
    assert row["num_parameters"] == metadata["num_parameters"]
    assert row["clips"] == metadata["num_examples"]["train"]
    # Its file of figures says 3.0 dB or so of other clips.
    assert 2.5 < row["val_lsd_db"] < 3.5


def test_what_has_no_codebook_is_on_no_curve(tmp_path, monkeypatch):
    drawn = []
    monkeypatch.setattr(study_figure, "save", lambda figure, path: drawn.append(figure))
    row = {"steps": 6, "bits": 5.0, "val_bits": 5.0, "course": [6.0, 5.0]}
    row |= {"num_parameters": 9}
    whole, half = ({**row, "name": str(n), "clips": n} for n in (20, 10))
    bare = {**whole, "name": "bare", "val_bits": 3.0}
    study_figure.draw_study(
        [whole, half], whole, tmp_path, measure="bits", label="bits", beside=[bare]
    )
    for axis, key in zip(drawn[0].axes[1:], ("num_parameters", "clips"), strict=True):
        lines = {line.get_label(): line for line in axis.lines}
        places = sorted({row[key] for row in (whole, half) if key == "clips"}) or [9]
        assert list(lines["validation"].get_xdata()) == places
        assert list(lines["bare, validation"].get_ydata()) == [3.0]
    assert drawn[0].axes[0].get_ylim()[0] == pytest.approx(2.8)


def test_steps_that_make_no_epochs_are_one_line(tmp_path, capsys):
    arguments = ["general", "--runs", str(tmp_path), "--out", str(tmp_path / "a.json")]
    assert main([*arguments, "--steps", "7"]) == 2
    assert "--steps must be a multiple of 6. Received: 7." in capsys.readouterr().err


def test_other_data_is_one_line(tmp_path, capsys):
    arguments = ["--runs", str(tmp_path), "--out", str(tmp_path / "a.json")]
    assert main(["nsynth_mel", *arguments]) == 2
    assert "does not say what kinds" in capsys.readouterr().err
