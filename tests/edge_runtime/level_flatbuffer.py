"""The tiny model of levels as a TFLite file; it gives the sound of that in numpy."""

import numpy as np

from tests.edge_runtime.level_codec import (
    CODEBOOK,
    CODEBOOK_SIZE,
    FREQ_STRIDE,
    PRIOR_DILATION,
    PRIOR_WEIGHTS,
    SETTINGS,
    TIME_STRIDE,
    prior_inputs,
)


def convert_levels(folder, frames, names, *, is_int8):
    """Make it, in a folder; the other arguments are those of the fixture so called."""
    import tensorflow as tf

    bins = SETTINGS.num_bins
    map_bins = bins // FREQ_STRIDE
    map_frames = None if frames is None else frames // TIME_STRIDE
    stride = (TIME_STRIDE, FREQ_STRIDE)

    class Levels(tf.Module):
        def __init__(self):
            self.mean = tf.fill([*stride, 1, 1], 1.0 / (TIME_STRIDE * FREQ_STRIDE))
            self.repeat = tf.ones([1, 1, 1, TIME_STRIDE * FREQ_STRIDE])
            self.codebook = tf.constant(CODEBOOK)
            self.weights = {k: tf.constant(v) for k, v in PRIOR_WEIGHTS.items()}

        @tf.function(
            input_signature=[tf.TensorSpec((1, frames, bins, 1), name="spectrogram")]
        )
        def encode(self, spectrogram):
            cells = tf.nn.conv2d(spectrogram, self.mean, stride, "VALID")
            return {"latents": cells}

        @tf.function(
            input_signature=[
                tf.TensorSpec((1, map_frames, map_bins), tf.int32, name="codemap")
            ]
        )
        def decode(self, codemap):
            return self.decode_quantized(tf.gather(self.codebook, codemap))

        @tf.function(
            input_signature=[
                tf.TensorSpec((1, map_frames, map_bins, 1), name="quantized")
            ]
        )
        def decode_quantized(self, quantized):
            cells = tf.nn.conv2d(quantized, self.repeat, 1, "VALID")
            cells = tf.reshape(cells, (1, -1, map_bins, *stride))
            cells = tf.transpose(cells, (0, 1, 3, 2, 4))
            return {"spectrogram": tf.reshape(cells, (1, -1, bins, 1))}

        @tf.function(
            input_signature=[
                tf.TensorSpec((1, map_frames, map_bins, 1), name="quantized"),
                tf.TensorSpec((1, map_frames, map_bins, 1), name="visible"),
            ]
        )
        def prior(self, quantized, visible):
            weights = self.weights
            cells = tf.concat([quantized, visible], axis=-1)
            hidden = tf.nn.conv2d(cells, weights["first"], 1, "SAME") + weights["rows"]
            wide = tf.nn.conv2d(
                tf.nn.relu(hidden), weights["wide"], 1, "SAME", dilations=PRIOR_DILATION
            )
            hidden = tf.nn.relu(hidden + tf.nn.relu(wide))
            return {"logits": tf.nn.conv2d(hidden, weights["head"], 1, "SAME")}

    model = Levels()
    signatures = {name: getattr(model, name) for name in names}
    tf.saved_model.save(model, str(folder), signatures=signatures)
    converter = tf.lite.TFLiteConverter.from_saved_model(
        str(folder), signature_keys=list(signatures)
    )
    if is_int8:
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
        converter.representative_dataset = _calibration
    return converter.convert()


def _calibration():
    rng = np.random.default_rng(12)
    for seed in range(8):
        spectrogram = rng.random((1, 36, SETTINGS.num_bins, 1), np.float32)
        quantized, visible = prior_inputs(seed)
        codemap = rng.integers(0, CODEBOOK_SIZE, quantized.shape[:3], np.int32)
        yield "encode", {"spectrogram": spectrogram}
        yield "decode", {"codemap": codemap}
        yield "decode_quantized", {"quantized": CODEBOOK[codemap]}
        yield "prior", {"quantized": quantized, "visible": visible}
