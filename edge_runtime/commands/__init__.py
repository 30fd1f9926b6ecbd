"""The commands of `vqkeras-edge`, one file each, and what all programs do alike."""

from edge_runtime.commands.program import Parser, called_as, run_program

__all__ = [
    "Parser",
    "called_as",
    "run_program",
]
