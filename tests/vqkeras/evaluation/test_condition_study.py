"""A prior goes on learning, with the spectrogram and without: what that saves."""

import dataclasses
import json
from types import SimpleNamespace

import keras
import numpy as np
import pytest
import yaml

from tests.vqkeras.evaluated_run import SETTINGS, make_run, notes
from vqkeras.config_file import plain
from vqkeras.evaluation import condition_study, condition_training
from vqkeras.evaluation.condition_crops import training_crops, validation_crops
from vqkeras.evaluation.condition_gain import gains_of, hidden_sums, means_of
from vqkeras.evaluation.condition_study import main
from vqkeras.evaluation.unsaid import cell_values
from vqkeras.model.code_prior import CodePrior
from vqkeras.priors.config import PriorConfig
from vqkeras.priors.crops import judged_crops

pytestmark = [
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Even though the `tf.config:UserWarning"),
    pytest.mark.usefixtures("eager"),
]


@pytest.fixture(scope="module")
def preset(tmp_path_factory):
    """A run of notes, as a preset whose prior is fresh."""
    folder = tmp_path_factory.mktemp("runs") / "run"
    run = make_run(folder, "synthetic", SETTINGS, notes)
    config = plain(PriorConfig("tiny", dilations=((1, 1),), crop_cells=20))
    config["training"] |= {"batch_size": 4, "learning_rate": 0.03}
    (folder / "prior.yaml").write_text(yaml.safe_dump(config))
    (folder / "prior.json").write_text("{}")
    validation = notes(6, 7)
    validation.metadata = [{"instrument_str": f"of_{place // 2}"} for place in range(6)]
    keras.utils.set_random_seed(0)
    codebook = np.asarray(run.model.quantizer.codebook)
    prior = CodePrior(*codebook.shape, units=8, dilations=[(1, 1)])
    bins = run.model.encode_codemap(run.dataset.test[0][None]).shape[2]
    prior.build([(None, None, bins, 2), (None, None, bins, 1)])
    prior.set_codebook(codebook)
    return SimpleNamespace(
        model=run.model,
        config=run.config,
        dataset=dataclasses.replace(run.dataset, validation=validation),
        folder=folder,
        prior=prior,
    )


def test_crops_are_the_codes_of_their_spectrogram(preset):
    """So that what a cell left unsaid is of that cell."""
    batches = training_crops(preset, batch_size=3, crop_cells=20, seed=0)
    (crops, hidden), (_, other) = next(batches), next(batches)
    assert crops.codemap.shape == hidden.shape and crops.values.shape[-1] == 8
    assert crops.codemap.shape[:2] == (3, 20) and (hidden != other).any()
    frames = preset.dataset.train.batches(
        3, shuffle_seed=0, crop_frames=40, repeat=True
    )
    sounds = np.asarray(next(iter(frames)))
    shape = crops.codemap.shape[1:]
    again, _ = next(training_crops(preset, batch_size=3, crop_cells=20, seed=0))
    np.testing.assert_array_equal(again.codemap, crops.codemap)
    # As long as nothing changes the levels, these are the sounds themselves.
    assert preset.config.data.gain_db is None and not preset.config.data.mix_share
    np.testing.assert_array_equal(crops.values, cell_values(sounds, shape, (2, 4)))
    np.testing.assert_array_equal(crops.codemap, preset.model.encode_codemap(sounds))


def test_what_is_judged_is_what_trainings_are_watched_on(preset):
    crops = validation_crops(preset, crop_cells=20)
    validation = preset.dataset.validation
    sounds = np.stack([validation[place] for place in range(6)])
    codemap = np.asarray(preset.model.encode_codemap(sounds))
    watched = judged_crops(
        codemap.astype(np.uint16), batch_size=6, crop_cells=20, seed=0
    )
    np.testing.assert_array_equal(crops.codemap, next(iter(watched))[0])
    whole = cell_values(sounds, codemap.shape[1:], (2, 4))
    start = (codemap.shape[1] - 20) // 2
    np.testing.assert_array_equal(crops.values, whole[:, start : start + 20])


def test_both_trainings_are_alike_but_for_the_spectrogram(preset):
    """With nothing unsaid they come to the same bits; with something they do not."""
    judged = validation_crops(preset, crop_cells=20)
    fields = yaml.safe_load((preset.folder / "prior.yaml").read_text())

    def bits_of(unsaid, *, sees_spectrogram):
        trained = condition_training.gone_on(
            preset,
            unsaid,
            judged,
            sees_spectrogram=sees_spectrogram,
            steps=3,
            fields=fields,
            seed=0,
        )
        assert len(trained["sums"]) == 4
        return [means_of(np.array(each))["bits"] for each in trained["sums"]]

    def nothing(codemap, values):
        return np.zeros_like(values)

    def levels(codemap, values):
        return values

    without = bits_of(levels, sees_spectrogram=False)
    unseen = bits_of(nothing, sees_spectrogram=True)
    assert unseen == pytest.approx(without, rel=1e-5)
    seen = bits_of(levels, sees_spectrogram=True)
    assert seen[0] == without[0] and abs(seen[-1] - without[-1]) > 1e-3


def test_report_and_nothing_is_done_twice(preset, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("vqkeras.presets.preset.load_preset", lambda name: preset)
    monkeypatch.setattr(condition_study, "_COUNTED", 3)
    out, runs = tmp_path / "condition.json", tmp_path / "runs"
    arguments = ["tiny", "--runs", str(runs), "--out", str(out), "--steps", "3"]
    assert main(arguments) == 0
    table = capsys.readouterr().out
    assert table.strip() in out.with_suffix(".md").read_text()
    report = json.loads(out.read_text())
    start, codes, spectrogram = report["rows"]
    assert [row["steps"] for row in report["rows"]] == [0, 3, 3]
    assert len(codes["course"]) == 3 and codes["course"][-1] == codes["bits"]
    saved = codes["border_bits"] - spectrogram["border_bits"]
    gain = report["gains"]["border_bits"]
    assert gain["value"] == pytest.approx(saved)
    assert gain["low"] <= gain["value"] <= gain["high"]
    assert (report["clips"], report["sources"]) == (6, 3)
    assert start["bits"] > 0.0

    def never(*_, **__):
        raise AssertionError("trained again")

    monkeypatch.setattr(condition_training, "gone_on", never)
    assert main([*arguments, "--force"]) == 0
    assert json.loads(out.read_text()) == report
    # Of another number of steps they are done anew.
    with pytest.raises(AssertionError, match="trained again"):
        main([*arguments[:-1], "6", "--force"])


def test_gains_are_of_the_same_sources():
    """A source that saves much moves the limits, not clips of it one by one."""
    before = np.array([[10.0, 5.0, 30.0, 10.0]] * 4)
    after = before - [[5.0, 0, 10.0, 0], [5.0, 0, 10.0, 0], [0] * 4, [0] * 4]
    gains = gains_of(before, after, ["a", "a", "b", "b"], seed=0)
    assert gains["border_bits"]["value"] == pytest.approx(0.5)
    assert gains["inside_bits"]["value"] == pytest.approx(0.5)
    assert gains["bits"]["value"] == pytest.approx(0.5)
    assert (gains["bits"]["low"], gains["bits"]["high"]) == pytest.approx((0.0, 1.0))


def test_cells_at_the_end_of_the_map_are_no_border():
    """Beyond it nothing is seen."""
    hidden = np.zeros((2, 4, 3), np.bool_)
    hidden[0] = True
    hidden[1, 1:3] = True
    sums = hidden_sums(np.ones(12 + 6, np.float32), hidden)
    np.testing.assert_array_equal(sums, [[0, 0, 12, 12], [6, 6, 0, 0]])
    assert means_of(sums) == {"bits": 1.0, "border_bits": 1.0, "inside_bits": 1.0}


@pytest.mark.parametrize("steps", ["7", "0"])
def test_steps_that_make_no_thirds_are_one_line(steps, tmp_path, capsys):
    arguments = ["general", "--runs", str(tmp_path), "--out", str(tmp_path / "a.json")]
    assert main([*arguments, "--steps", steps]) == 2
    message = f"--steps must be a multiple of 3. Received: {steps}."
    assert message in capsys.readouterr().err


def test_a_preset_without_a_prior_is_one_line(tmp_path, capsys):
    arguments = ["--runs", str(tmp_path), "--out", str(tmp_path / "a.json")]
    assert main(["nsynth_live", *arguments]) == 2
    assert "nsynth_live has no prior" in capsys.readouterr().err
