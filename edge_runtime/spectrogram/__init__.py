"""spectrogram."""
