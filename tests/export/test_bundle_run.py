import dataclasses

import numpy as np
import pytest

from edge_runtime.bundle.bundle_file import read_bundle, write_bundle
from edge_runtime.bundle.codebook import codes_of
from edge_runtime.engines.golden import check_golden
from edge_runtime.engines.litert_engine import LiteRTEngine
from edge_runtime.engines.load import load_engine
from export.bundle_run import bundle_run
from export.tflite.graph_check import operators_of
from vqkeras.datasets import Split
from vqkeras.datasets.config import DataConfig
from vqkeras.datasets.credits import credits_of
from vqkeras.run import Run, load_run


@pytest.fixture(scope="module")
def run(run_dir):
    return load_run(run_dir)


@pytest.fixture(scope="module")
def exported(run, tmp_path_factory):
    """The bundle as it comes back from its file, and the parity report."""
    bundle, report = bundle_run(run, number_format="int8", calibration_count=3)
    path = tmp_path_factory.mktemp("bundle") / "tiny.tflite"
    write_bundle(path, bundle)
    return read_bundle(path), report


def test_metadata_describes_the_run(exported, run):
    bundle, _ = exported
    assert bundle.name == "tiny"
    assert bundle.settings == run.config.spectrogram
    assert (bundle.time_stride, bundle.freq_stride) == (4, 8)
    assert bundle.metadata["number_format"] == "int8"
    assert bundle.metadata["codebook_size"] == 16
    assert bundle.metadata["codebook_dim"] == 4
    assert bundle.metadata["example_shape"] == [501, 32, 1]
    assert bundle.metadata["training"] == {
        "epochs": 3,
        "seed": 7,
        "best": {"loss": 0.5},
    }
    context = bundle.context  # the tiny model's 3x3 convolutions reach a little beyond
    assert 0 < sum(context.encoder_frames) <= 8
    assert context.decoder_cells == (2, 2)
    assert set(bundle.metadata["signatures"]) == set(operators_of(bundle.flatbuffer))


def test_codebook_is_the_models_to_the_digits_that_matter(exported, tiny_model):
    bundle, _ = exported
    codebook = tiny_model.quantizer.codebook.numpy()
    np.testing.assert_allclose(bundle.codebook, codebook, rtol=2.0**-11)
    as_float16 = bundle.codebook.astype(np.float16)
    np.testing.assert_array_equal(as_float16.astype(np.float32), bundle.codebook)


def test_marginal_counts_the_codes_of_the_training_split(exported, run):
    bundle, _ = exported
    codes = run.model.encode_codemap(
        np.stack([run.dataset.train[i] for i in range(len(run.dataset.train))])
    )
    expected = np.bincount(codes.numpy().ravel(), minlength=16)
    np.testing.assert_array_equal(bundle.arrays["marginal"], expected)
    assert bundle.arrays["marginal"].dtype == np.int64


def test_golden_arrays_repeat_bit_by_bit(exported):
    bundle, _ = exported
    golden = bundle.golden
    engine = LiteRTEngine(bundle.flatbuffer)
    assert golden["spectrogram"].shape == (1, 8, 32, 1)
    assert golden["spectrogram"].max() > 0.1  # a self-test on silence tests nothing
    latents = engine.encode(golden["spectrogram"])
    np.testing.assert_array_equal(latents, golden["latents"])
    codemap = codes_of(latents, bundle.codebook)
    np.testing.assert_array_equal(codemap, golden["codemap"])
    np.testing.assert_array_equal(engine.decode(codemap), golden["decoded"])


def test_numpy_engine_gives_the_golden_outputs(exported):
    bundle, _ = exported
    check = check_golden(bundle, load_engine(bundle, "numpy"))
    assert check.passed
    assert check.latents_largest_difference == check.decoded_largest_difference == 0.0


def test_parity_is_measured_on_the_test_split_and_kept(exported, run):
    bundle, report = exported
    assert report.examples == len(run.dataset.test) == 5
    assert 0.9 <= report.equal_codes <= 1.0
    assert bundle.metadata["parity"]["equal_codes"] == report.equal_codes


def test_image_models_keep_their_one_size(tiny_model):
    class ImageRun:
        model = tiny_model
        summary = {}
        credits = credits_of(DataConfig(name="mnist"))

        class config:
            name = "digits"
            data = DataConfig(name="mnist")

        class dataset:
            name = "mnist"
            settings = None

    images = np.random.default_rng(0).integers(0, 256, (4, 22, 30, 1)).astype(np.uint8)
    ImageRun.dataset.train = ImageRun.dataset.test = Split(images, [{}] * 4)
    bundle, report = bundle_run(ImageRun, number_format="float32")
    assert bundle.metadata["spectrogram"] is None
    assert bundle.metadata["context"] is None
    assert bundle.metadata["example_shape"] == [22, 30, 1]
    assert bundle.golden["spectrogram"].shape == (1, 24, 32, 1)
    assert report.equal_codes == 1.0
    assert report.equal_codes_sounding is None


def test_scales_come_from_the_training_split_alone(exported, run):
    """A louder test split leaves the exported network as it is, to the byte."""
    bundle, _ = exported
    loud = np.random.default_rng(0).random(run.dataset.test.array.shape)
    test = Split(loud.astype(np.float16), run.dataset.test.metadata)
    other = Run(run.folder, run.config)
    other.__dict__["dataset"] = dataclasses.replace(run.dataset, test=test)
    again, _ = bundle_run(other, number_format="int8", calibration_count=3)
    assert again.flatbuffer == bundle.flatbuffer
    assert again.metadata["parity"] != bundle.metadata["parity"]
