"""Power and emissions over time, as in the paper's figure 11."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from edge_runtime.errors import UserError
from edge_runtime.output_file import output_file
from vqkeras.energy.time_series import read_time_series

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def energy_figure(run_dirs: Sequence[Path], labels: Sequence[str]) -> Figure:
    """Draw power above emissions, one line per run, over the seconds of the run.

    Args:
        run_dirs: Folders of runs with `energy_samples.csv`.
        labels: What the legend calls each run; say measured or estimated here.

    Returns:
        A Matplotlib figure.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 6), layout="constrained")
    power, emissions = figure.subplots(2, sharex=True)
    for run_dir, label in zip(run_dirs, labels, strict=True):
        series = read_time_series(run_dir)
        power.plot(series["seconds"], series["power_w"], label=label)
        emissions.plot(series["seconds"], series["emissions_g"], label=label)
    power.set_ylabel("power (W)")
    power.set_ylim(bottom=0)
    power.legend(fontsize="small", loc="upper right")
    emissions.set_ylabel("emissions (g CO2e)")
    emissions.set_ylim(bottom=0)
    emissions.set_xlabel("time (s)")
    for axes in (power, emissions):
        axes.grid(alpha=0.3)
    return figure


def save_figure(figure: Figure, path: Path, *, force: bool) -> None:
    """Write a figure in the format of the path's suffix.

    Args:
        figure: The figure.
        path: File to write, such as `energy.png`.
        force: Whether an existing file may be replaced.

    Raises:
        UsageError: If the file exists and `force` is false.
        UserError: If the format is unknown to Matplotlib or the file not writable.
    """
    formats = figure.canvas.get_supported_filetypes()
    if path.suffix.lstrip(".") not in formats:
        raise UserError(
            f"{path} does not end in a picture format. Try .png; "
            f"known: {', '.join(sorted(formats))}."
        )
    with output_file(path, force=force) as temporary:
        figure.savefig(temporary, dpi=120)
