"""A model of two codemaps, from training to edits on the device."""

import json

import numpy as np
import pytest

from edge_runtime.__main__ import main as device
from edge_runtime.audio.audio_file import AudioFile, read_audio, write_audio
from edge_runtime.bundle.bundle import read_bundle, write_bundle
from edge_runtime.engines.load import load_engine
from edge_runtime.spectrogram.settings import SpectrogramSettings
from export.bundle_run import bundle_run
from export.tflite.graph_check import operators_of
from vqkeras.config import Config, ModelConfig, TrainingConfig
from vqkeras.datasets import DataConfig
from vqkeras.evaluate import evaluate
from vqkeras.evaluation.table import table_of
from vqkeras.run import load_run
from vqkeras.train import train

pytestmark = pytest.mark.filterwarnings(
    "ignore:__array__ implementation:DeprecationWarning"
)
RATE = 4000


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A few steps on synthetic notes."""
    folder = tmp_path_factory.mktemp("hierarchical")
    config = Config(
        name="two_codemaps",
        data=DataConfig(
            families=["guitar", "organ"],
            limit=12,
            pitch_range=(36, 84),
            crop_frames=32,
            cache_dir=str(folder / "cache"),
        ),
        spectrogram=SpectrogramSettings(sample_rate=RATE, n_fft=64, hop_length=16),
        model=ModelConfig(
            architecture="hierarchical",
            channels=(8,),
            strides=((4, 4),),
            coarse_stride=(2, 2),
            blocks=1,
            codebook_size=16,
            coarse_codebook_size=8,
            codebook_dim=3,
        ),
        training=TrainingConfig(epochs=1, steps_per_epoch=5, batch_size=4),
    )
    train(config, folder / "run")
    return load_run(folder / "run")


@pytest.fixture(scope="module")
def exported(run, tmp_path_factory):
    """The bundle's file, and the parity report."""
    bundle, parity = bundle_run(run, number_format="int8", calibration_count=3)
    path = tmp_path_factory.mktemp("bundle") / "two_codemaps.tflite"
    write_bundle(path, bundle)
    return path, parity


@pytest.fixture(scope="module")
def sound_path(tmp_path_factory):
    time = np.arange(3 * RATE) / RATE
    audio = 0.4 * np.sin(2 * np.pi * 220 * time) * np.exp(-time)
    path = tmp_path_factory.mktemp("sound") / "tone.wav"
    samples = np.rint(audio * 32767).astype(np.int16)[:, np.newaxis]
    write_audio(path, AudioFile(samples, RATE, "PCM_16"))
    return path


def test_evaluation_reports_both_codemaps(run, monkeypatch):
    monkeypatch.delenv("VQKERAS_DATA", raising=False)
    report = evaluate(run, limit=1)
    rows = report["codemaps"]
    assert [row["codemap"] for row in rows] == ["fine", "coarse"]
    assert [row["cell"] for row in rows] == [[4, 4], [8, 8]]
    per_second = RATE / 16
    fine, coarse = per_second / 4 * 8 * 4, per_second / 8 * 4 * 3
    assert [row["bitrate_bps"] for row in rows] == pytest.approx([fine, coarse])
    assert report["bitrate_bps"] == pytest.approx(fine + coarse)
    for row in rows:
        assert 1.0 <= row["perplexity_sounding"] <= row["codebook_size"]
        assert 0.0 < row["codebook_usage_sounding"] <= 1.0
    patches = report["baselines"]["kmeans_patches"]
    # Four bits and three quarters for each of 252 x 8 fine cells, of which patches need
    # only 251 x 8: 2 ** 4.77 codewords, rounded up.
    assert (patches["cell"], patches["codebook_size"]) == ([4, 4], 28)
    assert 1.0 <= patches["relative_rate"] < 1.01
    of_prior = [row for row in report["inpainting"] if row["method"] == "marginal"]
    assert all(0.0 < row["bits_per_code"] < 6.0 for row in of_prior)
    assert "coarse" in table_of(report)


def test_the_bundle_holds_both_levels(run, exported):
    path, parity = exported
    bundle = read_bundle(path)
    assert bundle.hierarchy.cells == (2, 2)
    assert bundle.arrays["coarse_codebook"].shape == (8, 3)
    assert bundle.metadata["coarse_time_stride"] == 8
    assert bundle.arrays["coarse_marginal"].sum() * 4 == bundle.marginal.sum()
    assert parity.equal_codes > 0.9
    assert parity.coarse_equal_codes > 0.9
    assert parity.nmse_exported == pytest.approx(parity.nmse_float, rel=0.1)
    # A coarse cell's own eight frames, wherever in it the fine cell lies.
    assert bundle.context.encoder_frames == (4, 4)
    assert set(operators_of(bundle.flatbuffer)) == {
        "encode",
        "decode",
        "decode_quantized",
    }


def test_codewords_decode_as_their_codes_do(exported):
    bundle = read_bundle(exported[0])
    codec = load_engine(bundle, "litert")
    rng = np.random.default_rng(0)
    codemap = bundle.hierarchy.join(
        rng.integers(16, size=(1, 6, 8)), rng.integers(8, size=(1, 3, 4))
    )
    np.testing.assert_allclose(
        codec.decode_quantized(bundle.codewords_of(codemap)),
        codec.decode(codemap),
        atol=0.05,
    )


@pytest.mark.parametrize("engine", ["litert", "numpy"])
def test_commands_take_it(exported, sound_path, tmp_path, engine, capsys):
    path, output = exported[0], tmp_path / "out.wav"
    assert device(["verify", str(path), "--engine", engine]) == 0
    shared = [str(sound_path), "-o", str(output), "--model", str(path), "--force"]
    edit = [*shared, "--engine", engine, "--time", "1.0:1.4", "--freq", "100:500"]
    assert device(["inpaint", *edit, "--json"]) == 0
    before, after = read_audio(sound_path).samples, read_audio(output).samples
    assert np.any(before != after)
    np.testing.assert_array_equal(after[:3600], before[:3600])
    np.testing.assert_array_equal(after[6000:], before[6000:])
    for effect in ("noise", "gaussian_noise"):
        assert device(["transform", *edit, "--effect", effect]) == 0
    assert device(["reconstruct", *shared, "--engine", engine]) == 0
    capsys.readouterr()
    assert device(["info", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["bitrate_bps"] == pytest.approx(2375.0)


def test_both_engines_give_the_same_bits(exported):
    bundle = read_bundle(exported[0])
    spectrogram = np.random.default_rng(0).random((1, 16, 32, 1), np.float32)
    litert, numpy = (load_engine(bundle, name) for name in ("litert", "numpy"))
    latents = litert.encode(spectrogram)
    np.testing.assert_array_equal(latents, numpy.encode(spectrogram))
    codemap = bundle.codes_of(latents)
    np.testing.assert_array_equal(litert.decode(codemap), numpy.decode(codemap))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["transform", "--effect", "shift", "-o", "x.wav"], "Effect shift moves"),
        (["live", "--in"], "second, coarse codemap"),
    ],
)
def test_what_cannot_be_says_so_in_one_line(
    exported, sound_path, tmp_path, arguments, message, capsys
):
    if arguments[0] == "live":
        call = [*arguments, str(sound_path), "--out", str(tmp_path / "x.wav")]
    else:
        call = [
            arguments[0],
            str(sound_path),
            *arguments[1:-1],
            str(tmp_path / "x.wav"),
        ]
    assert device([*call, "--model", str(exported[0])]) == 2
    error = capsys.readouterr().err.strip()
    assert message in error
    assert len(error.splitlines()) == 1
