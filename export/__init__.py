"""Export: from a training run to one `.tflite` bundle for the edge runtime.

`bundle_run.bundle_run` makes it, `parity.measure_parity` says how close it is to Keras.
Nothing is imported here: help and wrong arguments answer before TensorFlow is loaded.
"""
