"""How a learned prior draws codes."""

from __future__ import annotations

from dataclasses import dataclass

from edge_runtime.priors.prior import check_temperature

# MaskGIT's (`choice_temperature` of its published program).
_NOISE = 4.5


@dataclass(frozen=True)
class DrawSettings:
    """How a learned prior draws codes.

    Attributes:
        temperature: Probabilities are raised to the power `1 / temperature`, in
            [0.01, 100]. Defaults to `1.0`: as they are.
        top_p: Only the likeliest codes that together reach this share are drawn, in
            (0, 1]. Defaults to `1.0`: all are, since without the rare ones large holes
            come out too quiet.
        passes: In how many passes a large hole is filled; a hole of fewer than 16 cells
            takes one per 4 cells. Defaults to `4`: more are no harder to tell from
            real sound, and time goes with the passes.
        noise: How far chance decides which cells are filled first, 0 or more: 0 fills
            the surest first. Falls evenly to 0 over the passes. Defaults to `4.5`.

    Raises:
        ValueError: If a number is out of range.
    """

    temperature: float = 1.0
    top_p: float = 1.0
    passes: int = 4
    noise: float = _NOISE

    def __post_init__(self) -> None:
        check_temperature(self.temperature)
        if not 0.0 < self.top_p <= 1.0 or self.passes < 1 or not self.noise >= 0.0:
            raise ValueError(
                "top_p must lie in (0, 1], passes be 1 or more and noise 0 or more. "
                f"Received: {self.top_p}, {self.passes}, {self.noise}."
            )
