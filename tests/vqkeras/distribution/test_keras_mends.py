"""Whether Keras's trainer still is what `vqkeras.distribution.keras_mends` mends."""

import inspect

import keras
import tensorflow as tf

from vqkeras.distribution.keras_mends import REPLACED, mend_fit

# What each method has in it that does not work with several workers.
FAULTS = {
    "_maybe_symbolic_build": "isinstance(x, tf.distribute.DistributedValues)",
    "_make_function": "reduce_per_replica(",
}
MOVED = (
    "Keras has moved or mended {}: run `tests/vqkeras/distribution/test_together.py`, "
    "read https://github.com/keras-team/keras/issues/20585, and change or delete "
    "vqkeras/distribution/keras_mends.py."
)


def test_keras_still_has_the_two_methods_and_their_faults():
    assert set(REPLACED) == set(FAULTS)
    for name, fault in FAULTS.items():
        method = getattr(keras.Model, name, None)
        assert method is not None, MOVED.format(name)
        assert fault in inspect.getsource(method), MOVED.format(name)
        # `fit` asks the model for it, so one that is set on the model counts.
        callers = keras.Model.fit, keras.Model.make_train_function
        assert any(f"self.{name}(" in inspect.getsource(one) for one in callers), (
            MOVED.format(name)
        )
    reduce = inspect.getmodule(keras.Model.fit.__wrapped__).reduce_per_replica
    assert 'strategy.reduce("MEAN", v, axis=0)' in inspect.getsource(reduce), (
        MOVED.format("reduce_per_replica")
    )


def test_models_of_one_process_stay_as_they_are():
    with tf.distribute.OneDeviceStrategy("CPU:0").scope():
        model = keras.Sequential([keras.layers.Dense(1)])
    mend_fit(model)
    assert not set(REPLACED) & set(vars(model))
