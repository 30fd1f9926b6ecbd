"""Figure 11 of the models that ship: what their trainings cost, as presets keep it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from vqkeras.callbacks.history_file import read_history
from vqkeras.drawing import COLOURS, new_figure, save
from vqkeras.presets.preset import Preset, load_preset

# History of a codec and of its prior, where they were kept.
_HISTORIES = {"": "history.csv", ", its prior": "prior_history.csv"}


def shipped_trainings(names: Sequence[str], out: Path) -> list[dict[str, Any]]:
    """Draw power and emissions over the minutes, and tell what each training cost.

    Args:
        names: Of presets.
        out: Folder of the report, where `figure_11_shipped.png` goes.

    Returns:
        Of each codec, and of its prior if it has one, `name`, `minutes`, `energy_wh`,
        `emissions_g`, `method` and `machine`.
    """
    presets = [load_preset(name) for name in names]
    _draw(presets, out / "figure_11_shipped.png")
    return [row for preset in presets for row in _rows(preset)]


def _rows(preset: Preset) -> list[dict[str, Any]]:
    codec, path = preset.metadata, preset.folder / "prior.json"
    rows = [
        {
            "name": preset.config.name,
            "minutes": codec["minutes"],
            "energy_wh": codec["energy_wh"],
            "emissions_g": codec["emissions_g"],
            "method": codec["energy_method"],
            "machine": codec["machine"],
        }
    ]
    if path.is_file():
        energy = json.loads(path.read_text(encoding="utf-8"))["energy"]
        rows.append(
            {
                "name": f"{preset.config.name}, its prior",
                "minutes": energy["seconds"] / 60.0,
                "energy_wh": energy["energy_wh"],
                "emissions_g": energy["emissions_g"],
                "method": energy["method"],
                "machine": energy["hardware"],
            }
        )
    return rows


def _draw(presets: Sequence[Preset], path: Path) -> None:
    figure = new_figure(8.0, 5.6)
    power, emissions = figure.subplots(2, sharex=True)
    curves = [
        (f"{preset.config.name}{of}", preset.folder / file)
        for preset in presets
        for of, file in _HISTORIES.items()
        if (preset.folder / file).is_file()
    ]
    for colour, (label, file) in zip(COLOURS, curves, strict=False):
        rows = read_history(file)
        minutes = [row["seconds"] / 60.0 for row in rows]
        power.plot(minutes, [row["power_w"] for row in rows], c=colour, label=label)
        emissions.plot(minutes, [row["emissions_g"] for row in rows], c=colour)
    power.set_ylabel("Power (W)")
    power.legend(fontsize=8, loc="lower right")
    emissions.set_ylabel("Emissions (g CO2e)")
    emissions.set_xlabel("Time (min)")
    for axis in (power, emissions):
        axis.set_ylim(bottom=0.0)
        axis.set_xlim(left=0.0)
        axis.grid(alpha=0.3)
    save(figure, path)
