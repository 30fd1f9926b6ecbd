"""Other losses for a decoder: codes stay, what is told is measured."""

import dataclasses
import json

import numpy as np
import pytest
import tensorflow as tf

from edge_runtime.spectrogram.settings import SpectrogramSettings
from edge_runtime.spectrogram.texture import LEVELS_DB
from tests.vqkeras.evaluated_run import MODEL, SETTINGS, make_run, notes
from vqkeras.datasets import DataConfig
from vqkeras.evaluation import loss_study, told_run
from vqkeras.evaluation.loss_study import LOSSES, learn_on, main, study_table
from vqkeras.evaluation.patch_discriminator import PatchDiscriminator, Texture

# Keras itself still copies arrays the way of numpy 1.
pytestmark = pytest.mark.filterwarnings(
    "ignore:__array__ implementation:DeprecationWarning"
)
ROW = {"auc": 0.7, "auc_low": 0.6, "auc_high": 0.8, "level_signed_db": -0.5}
TOLD = {
    "rows": [{"filler": name, **ROW} for name in ("true_codes", "true_codes_smooth")]
}


@pytest.fixture(scope="module")
def preset(tmp_path_factory):
    """A run of general sounds whose decoder has a spread, in place of a preset."""
    config = dataclasses.replace(MODEL, spread_cost=0.05, log_spectral_cost=1.5)
    folder = tmp_path_factory.mktemp("runs") / "run"
    run = make_run(folder, "synthetic", SETTINGS, notes, config)
    data = DataConfig("general", crop_frames=40)
    changed = dataclasses.replace(
        run, config=dataclasses.replace(run.config, data=data)
    )
    dataset = dataclasses.replace(run.dataset, validation=run.dataset.test)
    changed.__dict__.update(model=run.model, dataset=dataset)
    return changed


@pytest.mark.parametrize("losses", LOSSES)
def test_the_decoder_learns_and_codes_stay(preset, losses):
    decoder, encoder = preset.model.decoder, preset.model.encoder
    spectrogram = np.stack([preset.dataset.test[place] for place in range(5)])
    codes = np.asarray(preset.model.encode_codemap(spectrogram))
    others = [*encoder.get_weights(), *preset.model.quantizer.get_weights()]
    weights = decoder.get_weights()
    try:
        learn_on(preset, losses, steps=3)
        changes = [
            np.abs(old - new).max()
            for old, new in zip(weights, decoder.get_weights(), strict=True)
        ]
    finally:
        decoder.set_weights(weights)
    assert min(changes) > 0.0 and np.isfinite(changes).all()
    np.testing.assert_array_equal(preset.model.encode_codemap(spectrogram), codes)
    now = [*encoder.get_weights(), *preset.model.quantizer.get_weights()]
    for old, new in zip(others, now, strict=True):
        np.testing.assert_array_equal(old, new)


def test_losses_differ_in_what_they_teach(preset):
    decoder = preset.model.decoder
    weights, learned = decoder.get_weights(), []
    for losses in LOSSES:
        try:
            learn_on(preset, losses, steps=2)
            learned.append(decoder.get_weights()[-2])
        finally:
            decoder.set_weights(weights)
    assert not np.array_equal(learned[0], learned[1])
    assert not np.array_equal(learned[0], learned[2])


def test_texture_has_the_deviation_of_noise_or_of_the_spread():
    settings = SpectrogramSettings(
        sample_rate=44100, representation="warped", n_fft=2048, hop_length=512
    )
    texture, rng = Texture(settings, frames=600), np.random.default_rng(0)
    mean = np.full((2, 500, settings.num_bins, 1), 0.5, np.float32)
    floor = -settings.floor_db
    for spread_db, expected in ((0.0, 0.0), (1.0, 1.0), (90.0, None)):
        spread = np.full_like(mean, spread_db / floor)
        levels = floor * (np.asarray(texture.added(mean, spread, rng)) - mean)
        for width, band in ((1, 10), (2, 150), (8, 315)):
            wanted = LEVELS_DB[width][1] if expected is None else expected
            found = levels[:, :, band].std()
            assert found == pytest.approx(wanted, rel=0.15, abs=1e-5), width


def test_the_discriminator_learns_to_tell():
    """Noise from silence: its own loss falls, a decoder's rises."""
    import keras

    keras.utils.set_random_seed(0)
    judge, rng = PatchDiscriminator(), np.random.default_rng(0)
    real = rng.random((4, 16, 32, 1), np.float32)
    decoded = np.full_like(real, 0.5)
    first = judge.own_loss(real, decoded), judge.decoder_losses(real, decoded)[0]
    adam = keras.optimizers.Adam(1e-3)
    for _ in range(30):
        with tf.GradientTape() as tape:
            loss = judge.own_loss(real, decoded)
        weights = judge.trainable_weights
        gradients = tape.gradient(loss, weights)
        adam.apply_gradients(zip(gradients, weights, strict=True))
    last = judge.own_loss(real, decoded), judge.decoder_losses(real, decoded)[0]
    assert last[0] < 0.5 * first[0] and last[1] > first[1]
    assert judge.decoder_losses(real, real)[1] == 0.0


def test_report(preset, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("vqkeras.presets.preset.load_preset", lambda name: preset)
    monkeypatch.setattr(loss_study, "learn_on", lambda *_, **__: None)
    monkeypatch.setattr(told_run, "told_run", lambda run, regions: {"told": TOLD})
    out = tmp_path / "losses.json"
    assert main(["tiny", "--steps", "2", "--out", str(out)]) == 0
    rows = json.loads(out.read_text())["rows"]
    assert [row["name"] for row in rows] == ["none: as it is", *LOSSES]
    table = study_table(rows)
    assert table in out.with_suffix(".md").read_text()
    assert "0.600 to 0.800" in table and "-0.50 dB" in table
    assert table in capsys.readouterr().out


@pytest.mark.parametrize("option", ["--steps", "--regions"])
def test_numbers_are_checked(option, tmp_path, capsys):
    out = str(tmp_path / "a.json")
    assert main(["general", option, "0", "--out", out]) == 2
    assert f"{option} must be 1 or more. Received: 0." in capsys.readouterr().err
