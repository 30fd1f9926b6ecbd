"""A constant power that the user states, for want of a sensor."""

from __future__ import annotations

from edge_runtime.energy.meter import Domain, Reading


class ConstantMeter:
    """The same power at every reading: a plug-in meter's figure, or a data sheet's.

    Args:
        power_w: Power of the whole machine, in watts. Zero or more.

    Raises:
        ValueError: If `power_w` is negative or not finite.
    """

    name = "constant"
    measures = "a power the user states"

    def __init__(self, power_w: float) -> None:
        if not 0 <= power_w < float("inf"):
            raise ValueError(f"power_w must be 0 W or more. Received: {power_w}.")
        self._power_w = float(power_w)

    def why_unavailable(self) -> str:
        """Always available."""
        return ""

    def domains(self) -> tuple[Domain, ...]:
        """One: the machine."""
        return (
            Domain(
                name="machine",
                quantity="power_w",
                method=f"estimated:constant-{self._power_w:g}W",
                measures=f"{self._power_w:g} W all the time, whatever the load",
                uncertainty="as good as the figure given",
            ),
        )

    def read(self) -> dict[str, Reading]:
        """The power given, in watts."""
        return {"machine": Reading(self._power_w)}

    def close(self) -> None:
        """Nothing to let go of."""
