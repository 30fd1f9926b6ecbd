"""A sound as a file of its codes, packed by how likely each code is."""

from edge_runtime.codes.codes_file import SoundCodes, read_codes, write_codes

__all__ = ["SoundCodes", "read_codes", "write_codes"]
