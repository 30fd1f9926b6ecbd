"""Names, numbers and tables as the report writes them."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
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


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; the first column is text, the others are numbers.

    Example:

    >>> print(table(["a", "b"], [["x", "1"]]))
    | a | b |
    |---|--:|
    | x | 1 |
    """
    lines = [list(header), ["---", *["--:"] * (len(header) - 1)], *rows]
    texts = ["| " + " | ".join(line) + " |" for line in lines]
    texts[1] = texts[1].replace(" ", "")
    return "\n".join(texts)


def image(name: str, caption: str) -> str:
    """A figure with its caption as alternative text."""
    return f"![{caption}]({name}.png)"


def wrapped(block: str) -> str:
    """A block of Markdown; plain paragraphs are broken into lines of 88 characters.

    Example:

    >>> wrapped("one\\ntwo")
    'one two'
    """
    if block.startswith(("|", "!", "#", ">", " ")):
        return block
    return textwrap.fill(
        " ".join(block.split()), 88, break_long_words=False, break_on_hyphens=False
    )


def mse(value: float) -> str:
    """A mean squared error: three digits that matter.

    Example:

    >>> mse(0.000512), mse(0.0110), mse(0.1)
    ('0.000512', '0.0110', '0.100')
    """
    decimals = 3
    while decimals < 9 and round(value, decimals) < 10.0 ** (2 - decimals):
        decimals += 1
    return f"{value:.{decimals}f}"


def share(value: float) -> str:
    """A share, in percent.

    Example:

    >>> share(0.5)
    '50.0 %'
    """
    return f"{100 * value:.1f} %"


def minutes(seconds: float) -> str:
    """A wall time.

    Example:

    >>> minutes(90.0)
    '1.5 min'
    """
    return f"{seconds / 60:.1f} min"


def plus_minus(spread: Mapping[str, float], write=mse) -> str:
    """Mean and standard deviation, if there is one."""
    deviation = f" ± {write(spread['sd'])}" if spread["sd"] else ""
    return write(spread["mean"]) + deviation
