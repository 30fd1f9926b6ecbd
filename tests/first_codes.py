"""Files of codes of the first format: nothing writes them now, but they are read."""

import struct

from edge_runtime.codes.chances import FixedChances, shares_of
from edge_runtime.codes.codes_file import model_digest
from edge_runtime.codes.range_coder import pack

SUBTYPES = ("PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE")
PHASES = ("continued", "griffin_lim")


def first_format(codes, bundle):
    """Such a file, without the checksum at its end."""
    head = struct.pack(
        "<4s16sIQBBBddQ",
        b"VQC1",
        model_digest(bundle)[:16],
        codes.sample_rate,
        codes.samples,
        len(codes.codemap),
        SUBTYPES.index(codes.subtype),
        PHASES.index(codes.phase),
        codes.texture,
        codes.peak,
        codes.seed,
    )
    chances = FixedChances(shares_of(bundle.marginal))
    return head + pack(codes.codemap.ravel().tolist(), chances)
