"""From a Keras model to a TFLite flatbuffer, and what the flatbuffer holds.

`convert` makes it, `compact` and `equalisation` make it small and exact in int8,
`graph_arrays` and `graph_check` read it. Nothing is imported here: `quiet` must run
before TensorFlow is loaded.
"""
