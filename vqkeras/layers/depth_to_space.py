"""Depth-to-space (pixel shuffle): upsampling by channels moved into frames and bins."""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="vqkeras")
class DepthToSpace(keras.layers.Layer):
    """Spread the channels of each cell over `strides` frames and bins.

    After a convolution this is a transposed convolution with its work at the low
    resolution, and the fastest upsampling on the device. `tf.nn.depth_to_space` does it
    for square strides alone; here one transpose of rank 4 does it for all, because the
    bins' share of the channels already lies beside the bins.

    Args:
        strides: Pair of ints, frames and bins per cell.

    Input shape:
        `(batch, frames, bins, strides[0] * strides[1] * channels)`.

    Output shape:
        `(batch, frames * strides[0], bins * strides[1], channels)`.

    Raises:
        ValueError: If the strides do not divide the input's channels.

    Example:

    >>> DepthToSpace((1, 2))(tf.constant([[[[1, 2], [3, 4]]]])).numpy().ravel().tolist()
    [1, 2, 3, 4]
    """

    def __init__(self, strides, **kwargs):
        super().__init__(**kwargs)
        self.strides = tuple(strides)

    def build(self, input_shape):
        if input_shape[-1] % (self.strides[0] * self.strides[1]):
            raise ValueError(
                "`strides` must divide the channels. "
                f"Received: strides={self.strides}, channels={input_shape[-1]}."
            )

    def call(self, inputs):
        time_stride, freq_stride = self.strides
        batch, frames, bins, depth = _sizes(inputs)
        if time_stride > 1:
            # (batch * frames, bins, time_stride, rest) -> time_stride before bins
            rows = tf.reshape(inputs, (-1, bins, time_stride, depth // time_stride))
            inputs = tf.transpose(rows, (0, 2, 1, 3))
        # With a fixed batch the frames may be -1: no shape arithmetic in the graph.
        frames = -1 if isinstance(batch, int) else frames * time_stride
        channels = depth // (time_stride * freq_stride)
        return tf.reshape(inputs, (batch, frames, bins * freq_stride, channels))

    def compute_output_shape(self, input_shape):
        batch, frames, bins, depth = input_shape
        time_stride, freq_stride = self.strides
        return (
            batch,
            frames and frames * time_stride,
            bins and bins * freq_stride,
            depth // (time_stride * freq_stride),
        )

    def get_config(self):
        return {**super().get_config(), "strides": self.strides}


def _sizes(tensor):
    """Sizes of all axes: ints where known, else scalar tensors."""
    dynamic = tf.shape(tensor)
    return [
        dynamic[axis] if size is None else size
        for axis, size in enumerate(tensor.shape)
    ]
