"""From a training run to one `.tflite` bundle for the edge runtime."""
