"""Train on one device and on two logical CPUs; print the largest differences as JSON.

A program of its own, because logical devices must be set before TensorFlow starts.
"""

import json
from functools import partial

import keras
import numpy as np
import tensorflow as tf

from vqkeras.layers import (
    ConvDecoder,
    ConvEncoder,
    ResidualVectorQuantizer,
    VectorQuantizer,
    VectorQuantizerEMA,
)
from vqkeras.model.vqvae import VQVAE

BATCH = 8
STEPS = 4
SIZES = {"channels": [3], "strides": [[2, 2]]}


def latents_of_step(step):
    rng = np.random.default_rng(step)
    return rng.normal(size=(BATCH, 4, 2, 3)).astype(np.float32)


def quantizer_weights(quantizer, strategy):
    """Weights of every replica after a few batches that initialise and restart."""
    devices = strategy.num_replicas_in_sync
    with strategy.scope():
        quantizer.build((None, 4, 2, 3))

    def train(batch):
        strategy.run(lambda share: quantizer(share, training=True), args=(batch,))

    if devices > 1:  # on one, a few steps are faster without a graph
        train = tf.function(train)
    for step in range(STEPS):
        shares = np.split(latents_of_step(step), devices)
        train(
            strategy.experimental_distribute_values_from_function(
                lambda context, shares=shares: tf.constant(
                    shares[context.replica_id_in_sync_group]
                )
            )
        )
    return [
        [value.numpy() for value in strategy.experimental_local_results(weight.value)]
        for weight in quantizer.weights
    ]


def fitted_model(strategy):
    """Weights and report of a whole model after `fit`."""
    images = np.random.default_rng(0).random((STEPS * BATCH, 8, 8, 1), np.float32)
    options = tf.data.Options()
    options.autotune.enabled = False
    dataset = tf.data.Dataset.from_tensor_slices(images).batch(BATCH)
    keras.utils.set_random_seed(0)
    with strategy.scope():
        model = VQVAE(
            ConvEncoder(**SIZES, codebook_dim=2),
            VectorQuantizerEMA(6, restart_threshold=0.3),
            ConvDecoder(**SIZES),
            data_variance=0.1,
        )
        model.build((None, 8, 8, 1))
        model.compile(keras.optimizers.SGD(0.01))
    history = model.fit(dataset.with_options(options), shuffle=False, verbose=0).history
    return [weight.numpy() for weight in model.weights], history


def largest_difference(first, second):
    pairs = zip(first, second, strict=True)
    return max(float(np.abs(a.astype(float) - b).max()) for a, b in pairs)


def main():
    cpu = tf.config.list_physical_devices("CPU")[0]
    logical = tf.config.LogicalDeviceConfiguration()
    tf.config.set_logical_device_configuration(cpu, [logical, logical])
    one = tf.distribute.OneDeviceStrategy("CPU:0")
    two = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
    report = {}
    for name, quantizer in {
        "VectorQuantizer": VectorQuantizer,
        "VectorQuantizerEMA": VectorQuantizerEMA,
        "of two codes": partial(ResidualVectorQuantizer, codebooks=2),
    }.items():
        # A high threshold, so that codes do restart within the few batches.
        options = {"codebook_size": 16, "restart_threshold": 0.6, "decay": 0.5}
        plain = [weights[0] for weights in quantizer_weights(quantizer(**options), one)]
        mirrored = quantizer_weights(quantizer(**options), two)
        still = quantizer_weights(
            quantizer(**{**options, "restart_threshold": 0.0}), one
        )
        report[name] = {
            "replicas": [len(weights) for weights in mirrored],
            "between_replicas": largest_difference(
                [weights[0] for weights in mirrored],
                [weights[1] for weights in mirrored],
            ),
            "from_one_device": largest_difference(
                [weights[0] for weights in mirrored], plain
            ),
            "moved_by_restarts": largest_difference([plain[0]], still[0]),
        }
    plain, plain_history = fitted_model(one)
    mirrored, mirrored_history = fitted_model(two)
    report["model"] = {
        "weights": largest_difference(plain, mirrored),
        "history": {
            name: abs(plain_history[name][0] - mirrored_history[name][0])
            for name in plain_history
        },
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main()
