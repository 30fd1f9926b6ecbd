"""`vqkeras.presets()`: what trained models there are, without loading any."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from vqkeras.model.preset_names import (
    METADATA,
    PRESETS_FOLDER,
    WEIGHTS,
    preset_names,
)


@dataclass(frozen=True)
class PresetRow:
    """What to know before choosing a preset.

    Attributes:
        name: For `VQVAE.from_preset`.
        sees: `"44.1 kHz sound"`, or `"images"`.
        data: What it learned from.
        cell: Frames and bins, or rows and columns, of a cell.
        codebook_size: Number of codewords.
        num_parameters: Of encoder and decoder.
        weights_bytes: Size of its weights.
        licence: Of the model.
    """

    name: str
    sees: str
    data: str
    cell: tuple[int, int]
    codebook_size: int
    num_parameters: int
    weights_bytes: int
    licence: str


class PresetTable(tuple[PresetRow, ...]):
    """Rows that print as a table."""

    def __repr__(self) -> str:
        head = ("name", "sees", "learned from", "cell", "codewords", "parameters")
        rows = [
            (
                row.name,
                row.sees,
                row.data,
                f"{row.cell[0]} x {row.cell[1]}",
                f"{row.codebook_size:,}",
                f"{row.num_parameters:,}",
                f"{row.weights_bytes / 1e6:.1f} MB",
                row.licence,
            )
            for row in self
        ]
        lines = [(*head, "weights", "licence"), *rows]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        return "\n".join(
            "  ".join(map(str.ljust, line, widths)).rstrip() for line in lines
        )


def presets(folder: Path = PRESETS_FOLDER) -> PresetTable:
    """The presets of the package. Loads neither Keras nor TensorFlow.

    Args:
        folder: Folder of presets. Defaults to that of the package.

    Returns:
        A row for each, by name.

    Raises:
        PresetError: If the files of one are damaged.

    Example:

    >>> [row.cell for row in presets() if row.name == "general"]
    [(4, 8)]
    """
    return PresetTable(_row(folder / name) for name in preset_names(folder))


def _row(folder: Path) -> PresetRow:
    try:
        metadata = json.loads((folder / METADATA).read_text(encoding="utf-8"))
        rows, columns = metadata["cell"]
        rate = metadata["sample_rate"]
        return PresetRow(
            name=metadata["name"],
            sees="images" if rate is None else f"{rate / 1000:g} kHz sound",
            data=metadata["data"],
            cell=(rows, columns),
            codebook_size=metadata["codebook_size"],
            num_parameters=metadata["num_parameters"],
            weights_bytes=(folder / WEIGHTS).stat().st_size,
            licence=metadata["credits"]["licence"],
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        # It brings numpy, which takes longer than all of this.
        from vqkeras.model.preset_place import PresetError

        raise PresetError(
            f"Preset {folder} is damaged: {error!r}. Get it again."
        ) from error
