"""A box in seconds and Hz, as read from the options `--time` and `--freq`."""

from __future__ import annotations

import math
from dataclasses import dataclass

from edge_runtime.errors import UsageError
from edge_runtime.spectrogram.settings import SpectrogramSettings

# Overlaps below a millionth of a frame or bin are rounding, not wishes.
ROUNDING = 1e-6


@dataclass(frozen=True)
class Region:
    """A box of the sound.

    It prints rounded inwards to 1 ms and 1 Hz, so that a printed box, typed in again,
    touches the same cells.

    Attributes:
        start_s: Start, in s.
        end_s: End, in s.
        low_hz: Lower edge, in Hz.
        high_hz: Upper edge, in Hz.

    Example:

    >>> print(Region(0.504, 1.272, 0.0, 2000.0))
    0.504-1.272 s, 0-2000 Hz
    """

    start_s: float
    end_s: float
    low_hz: float
    high_hz: float

    def around(self, other: Region) -> Region:
        """The smallest box that holds both.

        Example:

        >>> print(Region(0.0, 1.0, 0.0, 100.0).around(Region(2.0, 3.0, 50.0, 200.0)))
        0.000-3.000 s, 0-200 Hz
        """
        return Region(
            min(self.start_s, other.start_s),
            max(self.end_s, other.end_s),
            min(self.low_hz, other.low_hz),
            max(self.high_hz, other.high_hz),
        )

    def __str__(self) -> str:
        start, end = _inwards(self.start_s * 1000, self.end_s * 1000)
        low, high = _inwards(self.low_hz, self.high_hz)
        return f"{start / 1000:.3f}-{end / 1000:.3f} s, {low}-{high} Hz"


def parse_region(
    time: str | None, freq: str | None, duration: float, nyquist: float
) -> Region:
    """Read `--time` and `--freq`.

    Args:
        time: `"start:end"` in s, e.g. `"0.5:1.2"`. `None` means the whole duration.
        freq: `"low:high"` in Hz, e.g. `"200:2000"`. `None` means all frequencies.
        duration: Length of the sound, in s.
        nyquist: Highest frequency, in Hz.

    Returns:
        The region, inside the sound.

    Raises:
        UsageError: If a pair is malformed, has no width, or leaves the sound.

    Example:

    >>> parse_region("0.5:1.2", None, 4.0, 8000.0)
    Region(start_s=0.5, end_s=1.2, low_hz=0.0, high_hz=8000.0)
    """
    start_s, end_s = _parse_pair("--time", time, duration, "s", "0.5:1.2", 0.001)
    low_hz, high_hz = _parse_pair("--freq", freq, nyquist, "Hz", "200:2000", 1.0)
    return Region(start_s, end_s, low_hz, high_hz)


def parse_passage(flag: str, text: str, duration: float) -> tuple[float, float]:
    """Read a pair of times.

    Args:
        flag: Option it was given with, for the message.
        text: `"start:end"` in s, e.g. `"0.5:1.2"`.
        duration: Length of the sound, in s.

    Returns:
        Start and end, in s.

    Raises:
        UsageError: If the pair is malformed, has no width, or leaves the sound.

    Example:

    >>> parse_passage("--like", "0.5:1.2", 4.0)
    (0.5, 1.2)
    """
    return _parse_pair(flag, text, duration, "s", "0.5:1.2", 0.001)


def check_heard(region: Region, settings: SpectrogramSettings) -> None:
    """Refuse a region of which a model hears nothing.

    Args:
        region: Box, inside the sound.
        settings: Spectrogram settings of the model.

    Raises:
        UsageError: If all of it lies above half the model's sample rate.
    """
    nyquist = settings.sample_rate / 2
    if region.low_hz >= nyquist:
        raise UsageError(
            f"The region begins at {region.low_hz:g} Hz, but this model hears a sound "
            f"up to {nyquist:g} Hz. Choose a lower one, or a model of a higher rate."
        )


def _inwards(low: float, high: float) -> tuple[int, int]:
    """Whole numbers inside an interval; the nearest ones if it holds none."""
    inner = math.ceil(low - ROUNDING), math.floor(high + ROUNDING)
    return inner if inner[0] < inner[1] else (round(low), round(high))


def _parse_pair(
    flag: str, text: str | None, limit: float, unit: str, example: str, slack: float
) -> tuple[float, float]:
    """Two increasing numbers in [0, limit]; `slack` forgives a rounded upper edge."""
    if text is None:
        return 0.0, float(limit)
    try:
        low, high = (float(part) for part in text.split(":"))
    except ValueError:
        low = high = math.nan
    if not (math.isfinite(low) and math.isfinite(high)):
        raise UsageError(
            f"{flag} must be two numbers in {unit} with a colon between them, "
            f"e.g. {example}. Received: {text!r}."
        )
    if low >= high:
        raise UsageError(
            f"{flag} must end above its start. Received: {text!r}, which has no width."
        )
    if low < 0 or low >= limit or high > limit + slack:
        raise UsageError(
            f"{flag} {text} leaves the sound, which spans 0:{limit:g} {unit}. "
            "Choose a region inside it."
        )
    return low, min(high, float(limit))
