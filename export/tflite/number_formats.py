"""The number formats an export can have. Imports no TensorFlow."""

# int8: weights and activations, calibrated. float16: weights only. dynamic: int8
# weights, activations scaled as they come.
NUMBER_FORMATS = ("int8", "float32", "float16", "dynamic")
