import keras
import numpy as np
import pytest
import tensorflow as tf

from vqkeras.layers import ConvDecoder, ConvEncoder, DepthToSpace

SIZES = {"channels": [4, 6], "strides": [[2, 4], [1, 2]]}


def shapes_through(frames, bins, **sizes):
    """Sizes of the covered input, the latents and the output."""
    encoder = ConvEncoder(**sizes, codebook_dim=3)
    decoder = ConvDecoder(**sizes, output_channels=2)
    covered = encoder.covered_sizes(frames, bins)
    latents = encoder(tf.zeros((1, *covered, 2)))
    return covered, tuple(latents.shape[1:]), tuple(decoder(latents).shape[1:])


def test_same_padding_divides_by_the_strides_and_back():
    covered, latents, output = shapes_through(13, 30, **SIZES)
    assert covered == (14, 32)
    assert latents == (7, 4, 3)
    assert output == (14, 32, 2)


def test_the_papers_mnist_shapes():
    covered, latents, output = shapes_through(
        28, 28, channels=[4, 6], strides=[[1, 1]] * 2, kernel_size=5, padding="valid"
    )
    assert covered == (28, 28)
    assert latents == (20, 20, 3)
    assert output == (28, 28, 2)


@pytest.mark.parametrize("frames", [9, 10, 11, 12, 30])
@pytest.mark.parametrize("kernel_size", [2, 3, 4])
def test_valid_padding_covers_any_size(frames, kernel_size):
    strides = [[2, 1], [3, 2]]
    covered, _, output = shapes_through(
        frames, 17, channels=[2, 2], strides=strides, kernel_size=kernel_size,
        padding="valid",
    )  # fmt: skip
    assert frames <= covered[0] < frames + 6
    assert output[:2] == covered


def test_covered_sizes_of_tensors():
    encoder = ConvEncoder(**SIZES, codebook_dim=3)
    sizes = encoder.covered_sizes(tf.constant(13), tf.constant(30))
    assert [int(size) for size in sizes] == [14, 32]


def test_kernel_is_never_smaller_than_the_stride():
    encoder = ConvEncoder([4], strides=[[2, 8]], codebook_dim=3)
    encoder.build((None, None, 64, 1))
    assert encoder.stack.layers[0].kernel_size == (3, 8)
    assert (encoder.time_stride, encoder.freq_stride) == (2, 8)


def test_dense_units_add_their_layers():
    plain = ConvEncoder(**SIZES, codebook_dim=3).make_layers()
    names = [type(layer).__name__ for layer in plain]
    assert names == ["Conv2D", "ReLU", "Conv2D", "ReLU", "Conv2D"]
    encoder = ConvEncoder(**SIZES, codebook_dim=3, dense_units=[5, 7]).make_layers()
    assert [layer.filters for layer in encoder[4:]] == [5, 7, 3]
    decoder = ConvDecoder(**SIZES, dense_units=[5, 7]).make_layers()
    assert [layer.filters for layer in decoder[:3]] == [7, 5, 6]
    assert [type(layer) for layer in decoder[3:]] == [
        keras.layers.Conv2D,
        keras.layers.ReLU,
        DepthToSpace,
        keras.layers.Conv2D,
        DepthToSpace,
    ]


def test_output_is_linear():
    decoder = ConvDecoder(**SIZES)
    values = decoder(np.random.default_rng(0).normal(size=(1, 4, 4, 3))).numpy()
    assert values.min() < 0.0 < values.max()


def test_config_round_trip():
    options = {
        "kernel_size": 5,
        "padding": "same",
        "dense_units": [8],
    }
    for layer in (
        ConvEncoder(**SIZES, **options, codebook_dim=3),
        ConvDecoder(**SIZES, **options, output_channels=2),
    ):
        copy = type(layer).from_config(layer.get_config())
        assert copy.get_config() == layer.get_config()
        assert [type(part) for part in copy.make_layers()] == [
            type(part) for part in layer.make_layers()
        ]


def test_a_layer_of_an_earlier_version_loads_if_it_did_without_what_is_gone():
    config = ConvEncoder(**SIZES, codebook_dim=3).get_config()
    former = config | {"pooling": False, "batch_normalisation": False}
    assert ConvEncoder.from_config(former).get_config() == config
    with pytest.raises(ValueError, match="has no pooling and no normalisation"):
        ConvEncoder.from_config(former | {"pooling": True})


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"strides": [[2, 2]]}, r"one entry per convolution.*channels=\[4, 6\]"),
        ({"channels": [], "strides": []}, r"one entry per convolution.*channels=\[\]"),
        ({"padding": "causal"}, "must be 'same' or 'valid'. Received: 'causal'"),
    ],
)
def test_arguments_that_do_not_fit_raise(arguments, message):
    with pytest.raises(ValueError, match=message):
        ConvEncoder(**{**SIZES, **arguments}, codebook_dim=3)
