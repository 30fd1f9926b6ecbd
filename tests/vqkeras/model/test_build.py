"""Models from configs: the asked-for parts, sizes and numbers of weights."""

import dataclasses

import keras
import numpy as np
import pytest

from vqkeras.layers import (
    ResidualVectorQuantizer,
    VectorQuantizer,
    VectorQuantizerEMA,
)
from vqkeras.model.build import build_model
from vqkeras.model.conv_architecture import ConvArchitecture
from vqkeras.model.residual_architecture import ResidualArchitecture
from vqkeras.model.wavenet_architecture import WaveNetArchitecture

CONV = ConvArchitecture(
    channels=(4, 6),
    strides=((2, 2), (1, 2)),
    dense_units=(5,),
    codebook_size=8,
    codebook_dim=3,
)
RESIDUAL = ResidualArchitecture(
    channels=(4, 6),
    strides=((2, 2), (1, 2)),
    blocks=1,
    block_units=2,
    context_units=(5, 3),
    codebook_size=8,
    codebook_dim=3,
    quantizer="gradient",
    decay=0.9,
    commitment_cost=0.5,
    log_spectral_cost=0.7,
    restart_threshold=0.0,
    initialise_from_batch=False,
)
WAVENET = WaveNetArchitecture(
    channels=(4, 6),
    strides=((2, 2), (1, 2)),
    gate_units=5,
    encoder_dilations=(1,),
    decoder_dilations=(1, 2),
    codebook_size=8,
    codebook_dim=3,
)
ALL = pytest.mark.parametrize(
    "config", [CONV, RESIDUAL, WAVENET], ids=lambda config: config.architecture
)


@ALL
def test_sizes_follow_the_config(config):
    model = build_model(config, (None, 16, 1), data_variance=0.1)
    assert (model.encoder.time_stride, model.encoder.freq_stride) == (2, 4)
    assert model.quantizer.codebook.shape == (8, 3)
    for frames in (10, 7):
        inputs = np.zeros((2, frames, 16, 1), np.float32)
        assert model(inputs).shape == inputs.shape
        assert model.encode_codemap(inputs).shape == (2, -(-frames // 2), 4)


def test_every_argument_reaches_its_layer():
    model = build_model(RESIDUAL, (None, 16, 1), data_variance=0.2, seed=5)
    assert isinstance(model.quantizer, VectorQuantizer)
    assert model.quantizer.decay == 0.9
    assert model.quantizer.restart_threshold == 0.0
    assert not model.quantizer.initialise_from_batch
    assert model.quantizer.seed == 5
    costs = (model.commitment_cost, model.log_spectral_cost, model.data_variance)
    assert costs == (0.5, 0.7, 0.2)
    assert (model.decoder.blocks, model.decoder.block_units) == (1, 2)
    assert model.encoder.context_units == [5, 3]
    gated = build_model(WAVENET, (None, 16, 1), data_variance=0.2)
    assert (gated.encoder.gate_units, gated.decoder.gate_units) == (5, 5)
    assert (gated.encoder.dilations, gated.decoder.dilations) == ([1], [1, 2])
    assert isinstance(build_model(CONV, (8, 16, 1), 1.0).quantizer, VectorQuantizerEMA)


def test_two_codebooks_are_one_quantizer_with_two_codes_a_cell():
    config = dataclasses.replace(CONV, codebooks=2, decay=0.9)
    model = build_model(config, (None, 16, 1), data_variance=0.1, seed=5)
    assert isinstance(model.quantizer, ResidualVectorQuantizer)
    assert (model.quantizer.decay, model.quantizer.seed) == (0.9, 5)
    inputs = np.random.default_rng(0).random((2, 6, 16, 1), np.float32)
    codemap = model.encode_codemap(inputs)
    assert codemap.shape == (2, 3, 4, 2)
    decoded = model.decode_codemap(codemap, 6, 16)
    np.testing.assert_allclose(decoded, model(inputs), atol=1e-6)
    with_one = build_model(CONV, (None, 16, 1), data_variance=0.1)
    more = model.count_params() - with_one.count_params()
    assert more == with_one.quantizer.count_params()


def test_the_papers_mnist_codemap_is_20_by_20():
    config = ConvArchitecture(
        channels=(4, 4),
        strides=((1, 1), (1, 1)),
        kernel_size=5,
        padding="valid",
        codebook_size=16,
    )
    model = build_model(config, (28, 28, 1), data_variance=0.1)
    images = np.zeros((1, 28, 28, 1), np.float32)
    assert model.encode_codemap(images).shape == (1, 20, 20)
    assert model(images).shape == images.shape


def test_channels_of_the_data_come_back():
    model = build_model(CONV, (None, 16, 2), data_variance=0.1)
    assert model(np.zeros((1, 4, 16, 2), np.float32)).shape == (1, 4, 16, 2)


def test_data_that_does_not_vary_has_a_finite_loss():
    model = build_model(CONV, (None, 16, 1), data_variance=0.0)
    model.compile(keras.optimizers.Adam(), jit_compile=False)
    logs = model.evaluate(np.ones((2, 4, 16, 1), np.float32), verbose=0, return_dict=1)
    assert np.isfinite(logs["loss"])


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
@pytest.mark.parametrize(
    "config",
    [CONV, RESIDUAL, WAVENET, dataclasses.replace(CONV, codebooks=2)],
    ids=["conv", "residual", "wavenet", "two codes"],
)
def test_a_built_model_survives_saving(config, tmp_path):
    model = build_model(config, (None, 16, 1), data_variance=0.1)
    inputs = np.random.default_rng(0).random((1, 6, 16, 1), np.float32)
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(again(inputs), model(inputs))
    np.testing.assert_array_equal(
        again.encode_codemap(inputs), model.encode_codemap(inputs)
    )
