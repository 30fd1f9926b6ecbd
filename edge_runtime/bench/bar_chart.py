"""Bars with whiskers as an SVG file, drawn without any plotting package."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

_LEFT, _TOP, _ROW, _BAR, _WIDTH = 240, 64, 44, 22, 460


@dataclass(frozen=True)
class Bar:
    """One bar.

    Attributes:
        label: What it stands for.
        value: Its length.
        lowest: Where its whisker begins.
        highest: Where its whisker ends.
        text: The value for people, with its unit.
    """

    label: str
    value: float
    lowest: float
    highest: float
    text: str


def bar_chart_svg(bars: Sequence[Bar], *, title: str, footnote: str) -> str:
    """Horizontal bars from 0, as the text of an SVG file.

    Args:
        bars: At least one, of values that are numbers.
        title: Headline.
        footnote: How the values came about.

    Returns:
        The drawing.
    """
    longest = max(max(bar.highest, bar.value, 0.0) for bar in bars) or 1.0
    scale = _WIDTH / longest
    height = _TOP + _ROW * len(bars) + 40
    width = _LEFT + _WIDTH + 140
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        'font-family="sans-serif" font-size="14">',
        f'<rect width="{width}" height="{height}" fill="white"/>',
        f'<text x="16" y="30" font-size="17">{escape(title)}</text>',
    ]
    for row, bar in enumerate(bars):
        y = _TOP + _ROW * row
        middle = y + _BAR / 2
        length = max(0.0, bar.value) * scale
        low = _LEFT + max(0.0, bar.lowest) * scale
        high = _LEFT + max(0.0, bar.highest) * scale
        parts += [
            f'<text x="{_LEFT - 10}" y="{middle + 5:.1f}" text-anchor="end">'
            f"{escape(bar.label)}</text>",
            f'<rect x="{_LEFT}" y="{y}" width="{length:.1f}" height="{_BAR}" '
            'fill="#3b6ea5"/>',
            f'<path d="M{low:.1f} {middle:.1f}H{high:.1f}M{low:.1f} {middle - 5:.1f}v10'
            f'M{high:.1f} {middle - 5:.1f}v10" stroke="black" fill="none"/>',
            f'<text x="{max(high, _LEFT + length) + 8:.1f}" y="{middle + 5:.1f}">'
            f"{escape(bar.text)}</text>",
        ]
    parts += [
        f'<text x="16" y="{height - 14}" font-size="11" fill="#555">'
        f"{escape(footnote)}</text>",
        "</svg>",
    ]
    return "\n".join(parts) + "\n"
