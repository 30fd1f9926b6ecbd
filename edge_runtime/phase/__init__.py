"""Phase reconstruction: what gives a magnitude its phase, and the choice of it."""

from edge_runtime.phase.choice import check_phase, phases_of, with_phase

__all__ = [
    "check_phase",
    "phases_of",
    "with_phase",
]
