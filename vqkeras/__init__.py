"""Vector-quantized autoencoders for sound and images, in Keras."""
