"""Numpy-only edge runtime: regenerates parts of a spectrogram with a bundled model."""
