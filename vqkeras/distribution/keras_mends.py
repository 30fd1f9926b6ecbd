"""What Keras's `fit` needs under `MultiWorkerMirroredStrategy`: two private methods.

As of Keras 3.15 `fit` fails there even for one Dense layer
(https://github.com/keras-team/keras/issues/20585), at two places of its TensorFlow
trainer: `_maybe_symbolic_build` does not unpack a batch that lies on several workers,
and the function of `_make_function` reduces a step's figures, which are scalars, along
an axis that they do not have. Both are replaced, on the model that is trained and under
that strategy alone; everything else of `fit` stays. `tests/.../test_keras_mends.py`
tells when Keras moves or mends them.
"""

from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf

from vqkeras.distribution.strategy import has_workers

REPLACED = ("_maybe_symbolic_build", "_make_function")


def mend_fit(model: keras.Model) -> None:
    """Let `fit` of a built and compiled model run on several workers.

    Models of other strategies stay as they are.

    Args:
        model: Made in the scope of its strategy.
    """
    strategy = model.distribute_strategy
    if not has_workers(strategy):
        return

    def maybe_symbolic_build(iterator: Any = None, data_batch: Any = None) -> None:
        if not model.optimizer.built:
            with strategy.scope():
                model.optimizer.build(model.trainable_variables)

    def make_function(step: Callable[[Any], Any]) -> Callable[[Any], Any]:
        @tf.function
        def one_step(iterator: Any) -> Any:
            outputs = strategy.run(step, args=(iterator.get_next(),))
            # This worker's, for the progress bar; an epoch's figures are of the
            # metrics, which add up over all.
            return tf.nest.map_structure(
                lambda value: strategy.experimental_local_results(value)[0], outputs
            )

        return one_step

    replacements = maybe_symbolic_build, make_function
    for name, method in zip(REPLACED, replacements, strict=True):
        setattr(model, name, method)
