"""The commands of `python -m edge_runtime`, one file each."""
