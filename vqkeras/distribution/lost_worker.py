"""The end of a training one of whose workers is lost: one line, and exit code 1."""

from collections.abc import Iterator
from contextlib import contextmanager

import tensorflow as tf

from edge_runtime.errors import UserError
from vqkeras.distribution.strategy import has_workers


@contextmanager
def lost_worker_ends_it(strategy: tf.distribute.Strategy) -> Iterator[None]:
    """Say in one line that another worker is gone.

    TensorFlow looks for the others every few seconds, and gives up what waits for one
    that does not answer. What is wrong in this worker's own graph is left as it is.

    Raises:
        UserError: If a worker is lost.
    """
    try:
        yield
    except _GONE as error:
        if not has_workers(strategy):
            raise
        reason = f"{type(error).__name__}: {_first_line(error)}"
        raise UserError(
            "Another worker was lost. Start all of them again with --resume: they go "
            f"on from the last whole epoch. ({reason})"
        ) from error


def _first_line(error: Exception) -> str:
    return (str(error).strip() or "no reason given").splitlines()[0][:200]


_GONE = (
    tf.errors.UnavailableError,
    tf.errors.AbortedError,
    tf.errors.CancelledError,
    tf.errors.DeadlineExceededError,
    tf.errors.InternalError,
    tf.errors.FailedPreconditionError,
    tf.errors.UnknownError,
)
