"""Two channels all the way: trained, measured, exported, heard by both engines."""

import json
import warnings

import numpy as np
import pytest

from edge_runtime.__main__ import main
from edge_runtime.audio.audio_file import AudioFile, read_audio, write_audio
from edge_runtime.bundle.bundle_file import read_bundle, write_bundle
from edge_runtime.engines.golden import check_golden
from edge_runtime.engines.load import load_engine
from edge_runtime.live.parameters import LiveParameters
from edge_runtime.live.streaming_inpainter import StreamingInpainter
from edge_runtime.spectrogram.settings import SpectrogramSettings
from export.bundle_run import bundle_run
from vqkeras.config import Config, TrainingConfig
from vqkeras.datasets import DataConfig
from vqkeras.evaluate import evaluate
from vqkeras.model.residual_architecture import ResidualArchitecture
from vqkeras.run import load_run
from vqkeras.train import train

SETTINGS = SpectrogramSettings(
    "magnitude_if", sample_rate=4000, n_fft=128, hop_length=32
)
PHASE = "instantaneous_frequency"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A run of a few steps on computed notes."""
    folder = tmp_path_factory.mktemp("if")
    config = Config(
        "tiny_if",
        data=DataConfig(
            families=["guitar", "organ"],
            limit=6,
            cache_dir=str(folder / "cache"),
            crop_frames=64,
        ),
        spectrogram=SETTINGS,
        model=ResidualArchitecture(
            channels=(8, 12),
            strides=((4, 4), (2, 4)),
            block_units=8,
            codebook_size=16,
            codebook_dim=4,
            log_spectral_cost=0.5,
        ),
        training=TrainingConfig(
            epochs=2, steps_per_epoch=6, batch_size=3, learning_rate=0.005
        ),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Keras' own
        train(config, folder / "run")
    return load_run(folder / "run")


@pytest.fixture(scope="module")
def bundle_path(run, tmp_path_factory):
    path = tmp_path_factory.mktemp("bundle") / "if.tflite"
    bundle, _ = bundle_run(run, number_format="int8", calibration_count=4)
    write_bundle(path, bundle)
    return path


@pytest.fixture(scope="module")
def sound_path(tmp_path_factory):
    seconds = np.arange(8000) / 4000
    audio = 0.4 * np.sin(2 * np.pi * 440 * seconds) * np.exp(-seconds)
    path = tmp_path_factory.mktemp("sound") / "tone.wav"
    samples = np.rint(audio * 32767).astype(np.int16)[:, np.newaxis]
    write_audio(path, AudioFile(samples, 4000, "PCM_16"))
    return path


def test_the_second_channel_is_weighted_and_learned(run):
    assert run.model.weighted_by_first_channel
    assert run.model(run.dataset.test[0][np.newaxis]).shape[-1] == 2
    level = run.dataset.train.array[..., 0].astype(np.float64)
    assert run.summary["data_variance"] == pytest.approx(level.var(), rel=1e-3)


def test_the_evaluation_has_rows_for_the_third_phase(run):
    report = evaluate(run, limit=2)
    assert 0.0 < report["nmse"] < 3.0
    assert 0.0 < report["baselines"]["kmeans_patches"]["nmse"] < 1.0
    rows = [row for row in report["sound"]["rows"] if row["spectrogram"] != "opus"]
    phases = {"continued", "original", "griffin_lim", PHASE}
    assert {row["phase"] for row in rows} == phases
    assert len(rows) == 12
    untouched = {
        row["phase"]: row["log_mel_distance_db"]
        for row in rows
        if row["spectrogram"] == "the_original"
    }
    assert untouched[PHASE] < untouched["griffin_lim"]


@pytest.mark.parametrize("engine", ["litert", "numpy"])
def test_a_bundle_is_heard_through_either_engine(
    bundle_path, sound_path, tmp_path, capsys, engine
):
    bundle = read_bundle(bundle_path)
    assert bundle.settings == SETTINGS
    output = tmp_path / "out.wav"
    common = [sound_path, "-o", output, "--model", bundle_path, "--engine", engine]
    common += ["--phase", PHASE, "--json", "--force"]
    for command, options in (
        ("reconstruct", []),
        ("inpaint", ["--time", "0.8:1.2"]),
        ("transform", ["--effect", "noise", "--time", "0.8:1.2"]),
    ):
        assert main([command, *map(str, [*common, *options])]) == 0
        assert json.loads(capsys.readouterr().out)["engine"] == engine
        before, after = (read_audio(path).samples for path in (sound_path, output))
        assert after.shape == before.shape
        if command != "reconstruct":
            assert (after != before).any()
            np.testing.assert_array_equal(after[:2500], before[:2500])
            np.testing.assert_array_equal(after[6000:], before[6000:])


@pytest.mark.parametrize("engine", ["litert", "numpy"])
def test_golden_outputs_come_back(bundle_path, engine):
    bundle = read_bundle(bundle_path)
    assert bundle.golden["spectrogram"].shape[-1] == 2
    assert check_golden(bundle, load_engine(bundle, engine)).passed


def test_a_stream_goes_on_from_what_was_heard_however_it_is_cut(bundle_path):
    bundle = read_bundle(bundle_path)
    seconds = np.arange(16000) / 4000
    tone = (0.4 * np.sin(2 * np.pi * 440 * seconds)).astype(np.float32)

    def played(blocks):
        inpainter = StreamingInpainter(
            bundle, parameters=LiveParameters(density=1.0), phase=PHASE
        )
        parts = [inpainter.process(block) for block in np.array_split(tone, blocks)]
        return np.concatenate(parts), inpainter.delay

    whole, delay = played(1)
    np.testing.assert_array_equal(played(7)[0], whole)
    assert np.isfinite(whole).all()
    assert (whole[delay:] != tone[: len(tone) - delay]).any()


def test_the_page_offers_the_third_phase(bundle_path):
    from edge_runtime.page.limits import Limits
    from edge_runtime.page.model_description import describe_model

    card = describe_model("if", read_bundle(bundle_path), Limits(), {})
    assert card["choices"]["phase"][-1] == PHASE
    assert json.dumps(card)


def test_commands_refuse_it_for_other_models(sound_path, tmp_path, capsys):
    output = tmp_path / "out.wav"
    for command in ("reconstruct", "inpaint", "live"):
        paths = [sound_path, "-o", output]
        if command == "live":
            paths = ["--in", sound_path, "--out", output]
        if command == "inpaint":
            paths += ["--time", "0.8:1.2"]
        assert main([command, *map(str, paths), "--phase", PHASE]) == 2
        (line,) = capsys.readouterr().err.splitlines()
        assert line.startswith(f"error: phase {PHASE} needs a model of the repres")
        assert not output.exists()
