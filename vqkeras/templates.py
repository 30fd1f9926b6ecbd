"""Templates of reports: prose in Jinja2, figures from Python, Markdown comes out."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from typing import Any

import jinja2


def render(template: Path, **values: Any) -> str:
    """Fill a template; break its plain paragraphs into lines of 88 characters.

    Filters beside Jinja2's own: `number` (Python's format specification), `mse`,
    `share`.

    Args:
        template: File; templates it includes lie in the same folder.
        **values: What the template names.

    Returns:
        Markdown.

    Raises:
        jinja2.UndefinedError: If the template names a figure that there is not.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(template.parent),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    environment.filters |= {"number": format, "mse": mse, "share": share}
    text = environment.get_template(template.name).render(values)
    return "\n\n".join(map(_wrapped, re.split(r"\n{2,}", text.strip("\n")))) + "\n"


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


def _wrapped(block: str) -> str:
    if block.startswith("|"):  # an indented line goes on with the row above
        return re.sub(r"\n  ", " ", block)
    if block.startswith(("!", "#", ">", " ", "- ", "---")):
        return block
    return textwrap.fill(
        " ".join(block.split()), 88, break_long_words=False, break_on_hyphens=False
    )
