"""Figures with matplotlib: size, colours, axes, saving. No pyplot."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.patches import Rectangle
from matplotlib.ticker import AutoLocator
from numpy.typing import NDArray

from edge_runtime.output_file import output_file
from edge_runtime.spectrogram.frequency_scale import over_linear_frequency
from edge_runtime.spectrogram.region import Region
from edge_runtime.spectrogram.settings import SpectrogramSettings

# Okabe and Ito 2008: told apart by colour-blind readers, too.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7")
_DPI = 120


def new_figure(width: float, height: float) -> Figure:
    """An empty figure.

    Args:
        width: In inches of 120 pixels.
        height: In inches.

    Returns:
        The figure.
    """
    return Figure(figsize=(width, height), dpi=_DPI, layout="constrained")


def save(figure: Figure, path: Path) -> None:
    """Write a figure, whole or not at all, in place of an older one."""
    with output_file(path, force=True) as temporary:
        figure.savefig(temporary)


def whole_numbers(axis: Axis) -> None:
    """Put ticks at whole numbers only: of epochs or cells there are no halves."""
    locator = AutoLocator()
    locator.set_params(integer=True)
    axis.set_major_locator(locator)


def show_image(axis: Axes, image: NDArray[np.float32], title: str = "") -> None:
    """Draw an image, dark ink on white, as MNIST was scanned.

    Args:
        axis: Where.
        image: Shape `(rows, columns, 1)`, 0 = paper, 1 = ink.
        title: Above it. Defaults to nothing.
    """
    axis.imshow(
        image[:, :, 0], cmap="gray_r", vmin=0.0, vmax=1.0, interpolation="nearest"
    )
    axis.set_title(title, fontsize=9)
    without_ticks(axis)


def show_codemap(
    axis: Axes, codemap: NDArray[np.int32], codebook_size: int, title: str = ""
) -> None:
    """Draw a codemap, one colour per code; codes are labels, so no order is shown.

    Args:
        axis: Where.
        codemap: Shape `(map_frames, map_bins)`; `-1` is drawn white: hidden.
        codebook_size: Number of codewords.
        title: Above it. Defaults to nothing.
    """
    # Steps of the golden section visit hues evenly, however many there are.
    hues = (np.arange(codebook_size) * 0.618034) % 1.0
    palette = _from_hue(hues, 0.55 + 0.4 * ((np.arange(codebook_size) % 3) / 2.0))
    colours = palette[np.maximum(codemap, 0)]
    colours[codemap < 0] = 1.0
    axis.imshow(colours, interpolation="nearest")
    axis.set_title(title, fontsize=9)
    without_ticks(axis)


def show_spectrogram(
    axis: Axes,
    magnitude_db: NDArray[np.float32],
    settings: SpectrogramSettings,
    title: str = "",
) -> AxesImage:
    """Draw a spectrogram over time in s and frequency in kHz.

    Args:
        axis: Where.
        magnitude_db: Shape `(frames, num_bins)`, in dB re full scale.
        settings: How it was computed; gives the axes and the scale of the colours.
        title: Above it. Defaults to nothing.

    Returns:
        What a colour bar needs.
    """
    magnitude_db = over_linear_frequency(magnitude_db, settings)
    frames, bins = magnitude_db.shape
    hop_s = settings.hop_length / settings.sample_rate
    bin_khz = settings.sample_rate / settings.n_fft / 1000.0
    axis.set_title(title, fontsize=9)
    return axis.imshow(
        magnitude_db.T,
        origin="lower",
        aspect="auto",
        interpolation="nearest",
        cmap="magma",
        vmin=settings.floor_db,
        vmax=0.0,
        # Frames and bins are centred on their time and frequency.
        extent=(
            -hop_s / 2,
            (frames - 0.5) * hop_s,
            -bin_khz / 2,
            (bins - 0.5) * bin_khz,
        ),
    )


def outline(box: Region, colour: str) -> Rectangle:
    """The edge of a region in a picture of s and kHz; `axis.add_patch` draws it."""
    return Rectangle(
        (box.start_s, box.low_hz / 1000.0),
        box.end_s - box.start_s,
        (box.high_hz - box.low_hz) / 1000.0,
        fill=False,
        edgecolor=colour,
        linewidth=1.2,
    )


def without_ticks(axis: Axes) -> None:
    """Keep the frame of an axis, and nothing else."""
    axis.set_xticks([])
    axis.set_yticks([])


def _from_hue(
    hue: NDArray[np.floating], value: NDArray[np.floating]
) -> NDArray[np.floating]:
    """RGB colours of one saturation."""
    from matplotlib.colors import hsv_to_rgb

    return hsv_to_rgb(np.stack([hue, np.full_like(hue, 0.55), value], axis=-1))
