"""Each worker computes the batches of a whole training and keeps its own rows.

So batch `k` stays a function of the seed and `k`, whatever the number of workers: what
several learn from is what one learns from, augmentation and all. Reading is cheap
beside learning; what is read twice costs less than an order that depends on who reads.
"""

from typing import Any

import tensorflow as tf

from edge_runtime.errors import UsageError
from vqkeras.distribution.strategy import has_workers


def check_batch_size(batch_size: int, strategy: tf.distribute.Strategy) -> None:
    """Refuse a batch that cannot be shared evenly: its mean would not be the whole's.

    Raises:
        UsageError: If the workers' replicas do not divide it.
    """
    replicas = strategy.num_replicas_in_sync
    if has_workers(strategy) and batch_size % replicas:
        raise UsageError(
            f"training.batch_size is over all workers and must divide by {replicas}, "
            f"the number of their replicas. Received: {batch_size}."
        )


def shared(batches: tf.data.Dataset | None, strategy: tf.distribute.Strategy) -> Any:
    """What `fit` gets: the batches, or under several workers a worker's rows of each.

    Args:
        batches: Batches of a whole training. `None`: there are none.
        strategy: Of the training.
    """
    if batches is None or not has_workers(strategy):
        return batches
    replicas = strategy.num_replicas_in_sync

    def rows_of_worker(context: tf.distribute.InputContext) -> tf.data.Dataset:
        local = replicas // context.num_input_pipelines
        first = context.input_pipeline_id * local

        def rows(batch: Any) -> tf.data.Dataset:
            return tf.data.Dataset.range(first, first + local).map(
                lambda replica: tf.nest.map_structure(
                    lambda part: _rows(part, replica, replicas), batch
                )
            )

        # Batches of two parts come as two arguments.
        return batches.flat_map(
            lambda *parts: rows(parts if len(parts) > 1 else parts[0])
        ).prefetch(2)

    return strategy.distribute_datasets_from_function(rows_of_worker)


def shared_steps(
    batches: tf.data.Dataset | None, strategy: tf.distribute.Strategy
) -> int | None:
    """Batches of a finite stream; Keras counts for itself those that are not shared."""
    if batches is None or not has_workers(strategy):
        return None
    return int(batches.cardinality())


def _rows(part: tf.Tensor, replica: tf.Tensor, replicas: int) -> tf.Tensor:
    """Rows of one replica; of a small batch it may be none."""
    size = tf.shape(part, out_type=tf.int64)[0]
    return part[replica * size // replicas : (replica + 1) * size // replicas]
