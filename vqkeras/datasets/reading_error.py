"""What a reader of batches fails with, told as it was before TensorFlow had it."""

from collections.abc import Iterator
from contextlib import contextmanager

import tensorflow as tf

from edge_runtime.errors import UserError


@contextmanager
def reading_error_told() -> Iterator[None]:
    """Give back the one line of a `UserError` that was raised in a `tf.data` pipeline.

    TensorFlow makes another error of it, whose text is that of its traceback.

    Raises:
        UserError: If a batch could not be read.
    """
    try:
        yield
    except tf.errors.OpError as error:
        _, found, reason = str(error).partition("UserError: ")
        if not found:
            raise
        raise UserError(reason.splitlines()[0]) from error
