"""Synchronisation of replicas: what those of `tf.distribute` must tell each other.

Each replica sees its share of a batch. A codebook or a running statistic that each one
moved by its own share would drift apart without an error, so these functions make every
replica see the whole batch. With one replica they return their argument.
"""

import tensorflow as tf


def _replica_context():
    """The context if there are several replicas, else None."""
    context = tf.distribute.get_replica_context()
    if context is None or context.num_replicas_in_sync == 1:
        return None
    return context


def sum_over_replicas(tensors):
    """Add up each tensor of a list over all replicas.

    Args:
        tensors: List of tensors, of the same shapes on every replica.

    Returns:
        List of tensors of the same shapes, equal on every replica.
    """
    context = _replica_context()
    if context is None:
        return tensors
    return context.all_reduce(tf.distribute.ReduceOp.SUM, tensors)


def gather_over_replicas(tensor):
    """Concatenate a tensor along its first axis over all replicas, in batch order.

    Args:
        tensor: Tensor whose first axis may differ between replicas.

    Returns:
        Tensor, equal on every replica.
    """
    context = _replica_context()
    if context is None:
        return tensor
    return context.all_gather(tensor, axis=0)
