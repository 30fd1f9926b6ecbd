"""Mean and spread all the way: exported, and heard by both engines in both formats."""

import dataclasses
import json

import numpy as np
import pytest

from edge_runtime.__main__ import main
from edge_runtime.audio.audio_file import AudioFile, read_audio, write_audio
from edge_runtime.bundle.bundle_file import read_bundle, write_bundle
from edge_runtime.edit.sound_codec import SoundCodec
from edge_runtime.engines.golden import check_golden
from edge_runtime.engines.load import load_engine
from edge_runtime.spectrogram.settings import SpectrogramSettings
from edge_runtime.stage_times import StageTimes
from export.bundle_run import bundle_run
from export.tflite.quiet import quiet
from vqkeras.config_file import save_config
from vqkeras.datasets import load_dataset
from vqkeras.layers.residual_grid import ResidualGridDecoder, ResidualGridEncoder
from vqkeras.layers.vector_quantizer_ema import VectorQuantizerEMA
from vqkeras.model.vqvae import VQVAE
from vqkeras.run import load_run

SETTINGS = SpectrogramSettings("warped", sample_rate=2000, n_fft=128, hop_length=32)
ENGINES = ("litert", "numpy")


@pytest.fixture(scope="module")
def run(run_dir, tmp_path_factory):
    """The run of the tiny notes, with a model of `warped` and a spread."""
    config = dataclasses.replace(
        load_run(run_dir).config, name="tiny_spread", spectrogram=SETTINGS
    )
    shared = {"channels": (6, 8), "strides": ((2, 2), (2, 2))}
    model = VQVAE(
        ResidualGridEncoder(**shared, codebook_dim=4, context_units=(4,)),
        VectorQuantizerEMA(16, seed=3),
        ResidualGridDecoder(**shared, blocks=1, block_units=6, output_channels=2),
        spread_cost=0.1,
    )
    model.build((None, None, SETTINGS.num_bins, 1))
    folder = tmp_path_factory.mktemp("spread")
    save_config(config, folder / "config.yaml")
    (folder / "summary.json").write_text((run_dir / "summary.json").read_text())
    with quiet():
        # A few steps, so that codes, means and spreads differ from cell to cell.
        model.compile("adam", jit_compile=False)
        learned = load_dataset(config.data, SETTINGS).train
        examples = np.stack([learned[i] for i in range(4)])
        model.fit(examples, epochs=3, batch_size=2, verbose=0)
        model.save(folder / "best.keras")
    return load_run(folder)


@pytest.fixture(scope="module")
def paths(run, tmp_path_factory):
    """Number format -> file of the bundle."""
    folder = tmp_path_factory.mktemp("bundles")
    found = {}
    for number_format in ("int8", "float32"):
        bundle, report = bundle_run(
            run, number_format=number_format, calibration_count=4
        )
        assert report.spread_mean_difference < 0.01
        found[number_format] = folder / f"{number_format}.tflite"
        write_bundle(found[number_format], bundle)
    return found


@pytest.mark.parametrize("number_format", ["int8", "float32"])
def test_both_engines_give_mean_and_spread_of_the_keras_model(
    run, paths, number_format
):
    bundle = read_bundle(paths[number_format])
    assert bundle.metadata["spread"] is True and bundle.has_spread
    example = run.dataset.test[0]
    codemap = run.model.encode_codemap(example[np.newaxis]).numpy()
    expected = run.model(example[np.newaxis], details=True)
    mean = expected["reconstruction"].numpy()[0]
    spread = expected["spread"].numpy()[0]
    decoded = {}
    for engine in ENGINES:
        codec = SoundCodec(bundle, load_engine(bundle, engine), StageTimes())
        decoded[engine] = codec.decode(codemap[0], len(example))
        vectors = codec.decode_quantized(bundle.codebook[codemap[0]], len(example))
        np.testing.assert_allclose(
            vectors.spread, decoded[engine].spread, atol=0.05, rtol=0
        )
        # Of int8 one step of 255 over the range of both halves.
        atol = 1e-3 if number_format == "float32" else 0.05
        np.testing.assert_allclose(decoded[engine].spectrogram, mean, atol=atol)
        np.testing.assert_allclose(decoded[engine].spread, spread, atol=atol)
        assert (decoded[engine].spread > 0.0).all()
    atol = 0.0 if number_format == "int8" else 1e-4
    litert, numpy = (decoded[engine] for engine in ENGINES)
    np.testing.assert_allclose(litert.spectrogram, numpy.spectrogram, atol=atol)
    np.testing.assert_allclose(litert.spread, numpy.spread, atol=atol)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("number_format", ["int8", "float32"])
def test_golden_outputs_come_back(paths, number_format, engine):
    bundle = read_bundle(paths[number_format])
    assert bundle.golden["decoded"].shape[-1] == 2
    assert check_golden(bundle, load_engine(bundle, engine)).passed


def test_info_says_that_it_knows_what_it_does_not_know(paths, capsys):
    assert main(["info", str(paths["int8"])]) == 0
    assert "says how much it does not know: yes" in capsys.readouterr().out
    assert main(["info", "nsynth_light"]) == 0
    assert "says how much it does not know: no" in capsys.readouterr().out
    assert main(["info", str(paths["int8"]), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["spread"] is True


@pytest.mark.parametrize("engine", ENGINES)
def test_a_sound_is_edited_through_it(paths, tmp_path, capsys, engine):
    seconds = np.arange(8000) / 4000
    audio = 0.4 * np.sin(2 * np.pi * 440 * seconds) * np.exp(-seconds)
    sound = tmp_path / "tone.wav"
    samples = np.rint(audio * 32767).astype(np.int16)[:, np.newaxis]
    write_audio(sound, AudioFile(samples, 4000, "PCM_16"))
    output = tmp_path / "out.wav"
    common = [sound, "-o", output, "--model", paths["int8"], "--engine", engine]
    for command, options in (
        ("reconstruct", []),
        ("inpaint", ["--time", "0.8:1.2"]),
        ("transform", ["--effect", "noise", "--time", "0.8:1.2"]),
    ):
        arguments = [command, *common, "--force", *options]
        assert main([str(argument) for argument in arguments]) == 0
        assert read_audio(output).samples.shape == samples.shape
    capsys.readouterr()
