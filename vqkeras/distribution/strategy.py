"""Strategies of `tf.distribute`: how many replicas learn, and on what."""

import logging

import tensorflow as tf


def strategy_of(name: str) -> tf.distribute.Strategy:
    """The strategy of a config, see `TrainingConfig.strategy`.

    That of several workers waits until all of them are there, and must come before
    anything else that TensorFlow does.
    """
    if name == "single":
        return tf.distribute.get_strategy()
    if name == "workers":
        # It tells of each sum it prepares.
        logging.getLogger("tensorflow").setLevel(logging.WARNING)
        return tf.distribute.MultiWorkerMirroredStrategy()
    devices = tf.config.list_logical_devices("GPU") or tf.config.list_logical_devices()
    return tf.distribute.MirroredStrategy([device.name for device in devices])


def has_workers(strategy: tf.distribute.Strategy) -> bool:
    """Whether a strategy is the one of several processes."""
    return isinstance(strategy, tf.distribute.MultiWorkerMirroredStrategy)
