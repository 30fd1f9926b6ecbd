"""Figure 5: test images and what each model makes of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from vqkeras.drawing import new_figure, show_image


def one_of_each_label(metadata: Sequence[dict[str, Any]]) -> list[int]:
    """Index of the first example of each label, labels ascending.

    Example:

    >>> one_of_each_label([{"label": 7}, {"label": 2}, {"label": 7}])
    [1, 0]
    """
    first: dict[int, int] = {}
    for index, entry in enumerate(metadata):
        first.setdefault(entry["label"], index)
    return [first[label] for label in sorted(first)]


def reconstructions_figure(
    originals: NDArray[np.float32], outputs: Mapping[str, NDArray[np.float32]]
) -> Figure:
    """Originals in the first row, each model's outputs in one row below.

    Args:
        originals: Shape `(examples, rows, columns, 1)`, in [0, 1].
        outputs: Arrays of the same shape under the name of each model.

    Returns:
        The figure.
    """
    rows = {"input": originals, **outputs}
    figure = new_figure(0.95 * len(originals) + 0.8, 1.0 * len(rows))
    axes = figure.subplots(len(rows), len(originals), squeeze=False)
    for line, (name, images) in zip(axes, rows.items(), strict=True):
        for axis, image in zip(line, images, strict=True):
            show_image(axis, image)
        line[0].set_ylabel(name, fontsize=9)
    return figure
