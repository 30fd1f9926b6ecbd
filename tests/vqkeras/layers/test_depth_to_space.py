import numpy as np
import pytest
import tensorflow as tf

from vqkeras.layers import DepthToSpace


@pytest.mark.parametrize("strides", [(1, 1), (1, 3), (4, 1), (2, 2), (2, 4), (3, 2)])
def test_equals_a_loop_over_cells(strides):
    cells = np.random.default_rng(0).normal(size=(2, 3, 4, 5 * strides[0] * strides[1]))
    expected = np.zeros((2, 3 * strides[0], 4 * strides[1], 5), np.float32)
    for frame, bin_, time, freq in np.ndindex(3, 4, *strides):
        first = (time * strides[1] + freq) * 5
        place = (frame * strides[0] + time, bin_ * strides[1] + freq)
        expected[:, *place] = cells[:, frame, bin_, first : first + 5]
    output = DepthToSpace(strides)(cells.astype(np.float32))
    np.testing.assert_array_equal(output, expected)


def test_square_strides_equal_tensorflows_own():
    cells = np.random.default_rng(0).normal(size=(2, 3, 4, 12)).astype(np.float32)
    expected = tf.nn.depth_to_space(cells, 2)
    np.testing.assert_array_equal(DepthToSpace((2, 2))(cells), expected)


@pytest.mark.parametrize(
    "shape",
    [(None, None, None, 8), (1, None, 4, 8), (None, 3, 4, 8), (1, None, None, 8)],
)
def test_unknown_sizes(shape):
    cells = np.random.default_rng(0).normal(size=(1, 3, 4, 8)).astype(np.float32)
    layer = DepthToSpace((2, 4))
    graph = tf.function(layer, input_signature=[tf.TensorSpec(shape)])
    np.testing.assert_array_equal(graph(cells), layer(cells))
    assert layer.compute_output_shape((1, None, 4, 8)) == (1, None, 16, 1)


def test_strides_that_do_not_divide_the_channels_raise():
    with pytest.raises(ValueError, match=r"strides=\(2, 4\), channels=12"):
        DepthToSpace((2, 4)).build((None, 4, 4, 12))


def test_config_round_trip():
    config = DepthToSpace((2, 4)).get_config()
    assert DepthToSpace.from_config(config).strides == (2, 4)
