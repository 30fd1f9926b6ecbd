"""Benchmarks: how fast, how late, how large and how costly the effect is here.

Only what a measured process needs is named here: its start is part of what is
measured. `comparison` and `edit_energy` have the rest.
"""

from edge_runtime.bench.latency import Latency, latency_of
from edge_runtime.bench.task import EditCost, edit_note, note

__all__ = ["EditCost", "Latency", "edit_note", "latency_of", "note"]
