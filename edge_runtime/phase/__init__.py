"""Phase reconstruction: what gives a magnitude its phase, and the choice of it."""

from edge_runtime.phase.choice import (
    PHASES,
    STREAMED,
    check_phase,
    phase_stream,
    phases_of,
    with_phase,
)
from edge_runtime.phase.continued import continued_phase

__all__ = [
    "PHASES",
    "STREAMED",
    "check_phase",
    "continued_phase",
    "phase_stream",
    "phases_of",
    "with_phase",
]
