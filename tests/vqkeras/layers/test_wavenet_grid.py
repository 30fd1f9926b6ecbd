import numpy as np
import tensorflow as tf

from vqkeras.layers import WaveNetGridDecoder, WaveNetGridEncoder
from vqkeras.layers.wavenet_grid import GatedStack

SIZES = {"channels": [4, 6], "strides": [[2, 4], [4, 8]], "gate_units": 5}


def noise(*shape):
    return np.random.default_rng(0).normal(size=shape).astype(np.float32)


def test_shapes_with_any_number_of_frames():
    encoder = WaveNetGridEncoder(**SIZES, dilations=[1], codebook_dim=3)
    decoder = WaveNetGridDecoder(**SIZES, dilations=[1, 2], output_channels=2)
    for frames in (8, 24):
        latents = encoder(tf.zeros((2, frames, 64, 2)))
        assert latents.shape == (2, frames // 8, 2, 3)
        assert decoder(latents).shape == (2, frames, 64, 2)
    assert encoder.compute_output_shape((None, None, 64, 2)) == (None, None, 2, 3)
    assert decoder.compute_output_shape((1, None, 2, 3)) == (1, None, 64, 2)


def test_the_stack_is_the_papers_formula():
    """Written out for one place in the middle, by its three cells along time."""
    inputs = noise(1, 9, 2, 3)
    stack = GatedStack(4, [1, 2])
    stack.build(inputs.shape)
    for weight in stack.weights:
        weight.assign(0.5 * noise(*weight.shape))

    def convolved(layer, values, frame, dilation=0):
        steps = (-dilation, 0, dilation) if dilation else (0,)
        kernel, bias = layer.get_weights()
        terms = zip(steps, kernel[:, 0], strict=True)
        return sum(values[frame + step] @ part for step, part in terms) + bias

    def gated(values, frame, block):
        dilation = stack.dilations[block]
        wide = convolved(stack.wides[block], values, frame, dilation)
        gate = convolved(stack.gates[block], values, frame, dilation)
        return np.tanh(wide) / (1 + np.exp(-gate))

    row = {frame: inputs[0, frame, 1] for frame in range(9)}
    after = {
        frame: row[frame] + convolved(stack.steps[0], {frame: z}, frame)
        for frame in (2, 4, 6)
        for z in [gated(row, frame, 0)]
    }
    first, second = gated(row, 4, 0), gated(after, 4, 1)
    skips = convolved(stack.skips[0], {4: first}, 4)
    skips = skips + convolved(stack.skips[1], {4: second}, 4)
    expected = np.maximum(skips, 0.0)
    np.testing.assert_allclose(stack(inputs)[0, 4, 1], expected, atol=1e-5)


def test_a_cell_sees_along_time_as_far_as_the_dilations_say():
    loud = np.zeros((1, 17, 3, 2), np.float32)
    loud[0, 8, 1] = 1.0
    stack = GatedStack(4, [1, 2])
    stack.build(loud.shape)
    for weight in stack.weights:
        weight.assign(tf.fill(weight.shape, 0.1))  # nothing dies in the ReLU
    changed = np.any(np.asarray(stack(loud) != stack(tf.zeros(loud.shape)))[0], axis=-1)
    frames, rows = np.nonzero(changed)
    assert set(rows) == {1}
    assert set(frames) == {5, 6, 7, 8, 9, 10, 11}


def test_config_round_trip():
    for layer in (
        WaveNetGridEncoder(**SIZES, dilations=[1], codebook_dim=3),
        WaveNetGridDecoder(**SIZES, dilations=[1, 2], output_channels=2),
        GatedStack(4, [1, 2]),
    ):
        copy = type(layer).from_config(layer.get_config())
        assert copy.get_config() == layer.get_config()
