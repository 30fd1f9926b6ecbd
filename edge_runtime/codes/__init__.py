"""A sound as a file of its codes, packed by how often each code occurs."""

from edge_runtime.codes.codes_file import SoundCodes, read_codes, write_codes
from edge_runtime.codes.range_coder import pack, unpack

__all__ = ["SoundCodes", "pack", "read_codes", "unpack", "write_codes"]
