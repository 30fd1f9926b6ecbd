"""The commands of `vqkeras-edge`, one file each."""
