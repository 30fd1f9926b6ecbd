"""The figures of the report, one file each; `FIGURES` is their table."""

from vqkeras.reproduce.figures.table import FIGURES, PARTS_DRAWN

__all__ = ["FIGURES", "PARTS_DRAWN"]
