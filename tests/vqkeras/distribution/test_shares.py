import numpy as np
import pytest
import tensorflow as tf

from edge_runtime.errors import UsageError
from vqkeras.distribution import shares


class Strategy:
    """Three workers of two replicas each, without the processes."""

    num_replicas_in_sync = 6

    def distribute_datasets_from_function(self, of_worker):
        contexts = [tf.distribute.InputContext(3, i, 6) for i in range(3)]
        return [of_worker(context) for context in contexts]


@pytest.fixture(autouse=True)
def several(monkeypatch):
    monkeypatch.setattr(
        shares, "has_workers", lambda strategy: isinstance(strategy, Strategy)
    )


def test_the_workers_rows_are_the_whole_batches():
    data = tf.data.Dataset.from_tensor_slices((np.arange(16), np.arange(16) % 2))
    batches = data.batch(12)
    parts = [list(part) for part in shares.shared(batches, Strategy())]
    # Two replicas of a worker take two elements a step; the last batch has 4 rows.
    assert [[len(rows) for rows, _ in part] for part in parts] == [
        [2, 2, 0, 1],
        [2, 2, 1, 0],
        [2, 2, 1, 1],
    ]
    for step, (rows, flags) in enumerate(batches):
        share = [pair for part in parts for pair in part[2 * step : 2 * step + 2]]
        np.testing.assert_array_equal(np.concatenate([a for a, _ in share]), rows)
        np.testing.assert_array_equal(np.concatenate([b for _, b in share]), flags)
    assert shares.shared_steps(batches, Strategy()) == 2


def test_one_process_gets_its_batches_back():
    batches = tf.data.Dataset.range(3)
    assert shares.shared(batches, tf.distribute.get_strategy()) is batches
    assert shares.shared(None, Strategy()) is None
    assert shares.shared_steps(batches, tf.distribute.get_strategy()) is None


def test_a_batch_that_cannot_be_shared_evenly_is_refused():
    with pytest.raises(UsageError, match="must divide by 6.* Received: 10"):
        shares.check_batch_size(10, Strategy())
    shares.check_batch_size(10, tf.distribute.get_strategy())
