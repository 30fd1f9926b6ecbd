"""One control from the best guess to a free take: what it does to a learned prior."""

from __future__ import annotations

from dataclasses import dataclass

from edge_runtime.errors import UsageError
from edge_runtime.priors.draw_settings import DrawSettings

# What the page takes unless told, and what its takes are judged at; `presets.js` and
# `index.html` have it too.
USUAL_VARIATION = 0.6
# A take close to the original keeps at most this share of its cells. More would leave
# little to vary.
_MOST_KEPT = 0.5
# Below this, draws of a large hole are all but alike, and fall silent.
_LOWEST_TEMPERATURE = 0.7


@dataclass(frozen=True)
class Variation:
    """How freely a learned prior fills a hole.

    Attributes:
        draws: How it draws; `None`: it does not, and repairs.
        kept: Share of the hidden cells that keep their own codes, in [0, 1].
    """

    draws: DrawSettings | None
    kept: float


def variation_of(
    variation: float, *, passes: int | None = None, top_p: float | None = None
) -> Variation:
    """What one number says.

    | variation | what is done | temperature | cells of the region that stay |
    |---|---|---|---|
    | 0 | repair: the best guess, which reads nothing of the region | | none |
    | just above 0 | a take close to the original | 0.7 | half, by chance, as hints |
    | in between | evenly in between | 0.7 to 1 | half to none |
    | 1 | a take that reads nothing of the region | 1 | none |

    Args:
        variation: In [0, 1].
        passes: In how many passes a large hole is filled. Defaults to `None`: as
            `DrawSettings` says.
        top_p: Share of the likeliest codes that are drawn, in (0, 1]. Defaults to
            `None`: as `DrawSettings` says.

    Raises:
        UsageError: If it is out of range.

    Example:

    >>> variation_of(0.0)
    Variation(draws=None, kept=0.0)
    >>> half = variation_of(0.5)
    >>> round(half.draws.temperature, 3), half.kept
    (0.85, 0.25)
    >>> variation_of(1.0).kept
    0.0
    """
    if not 0.0 <= variation <= 1.0:
        raise UsageError(f"variation must lie in [0, 1]. Received: {variation:g}.")
    if variation == 0.0:
        return Variation(None, 0.0)
    draws = DrawSettings(
        temperature=_LOWEST_TEMPERATURE + (1.0 - _LOWEST_TEMPERATURE) * variation,
        top_p=DrawSettings.top_p if top_p is None else top_p,
        passes=DrawSettings.passes if passes is None else passes,
    )
    return Variation(draws, _MOST_KEPT * (1.0 - variation))
