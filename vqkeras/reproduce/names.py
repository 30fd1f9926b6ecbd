"""Names of rates and studies, in figures and in the text alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def rate_name(numbers: Mapping[str, Any]) -> str:
    """Name of a rate of images.

    Example:

    >>> rate_name({"bits": 1600.0})
    '1,600 bits'
    """
    return f"{numbers['bits']:,.0f} bits"


def study_name(study: Mapping[str, Any]) -> str:
    """Name of a study of naive Bayes: data, grid and codebook.

    Example:

    >>> study_name({"data": "mnist", "map_shape": [20, 20], "codebook_size": 16})
    'MNIST, 20x20 cells, 16 codes'
    """
    data = {"mnist": "MNIST", "nsynth": "NSynth notes", "synthetic": "Synthetic notes"}
    frames, bins = study["map_shape"]
    name = data[study["data"]]
    return f"{name}, {frames}x{bins} cells, {study['codebook_size']} codes"
