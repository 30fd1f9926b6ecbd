"""Spectral peaks of magnitude frames: their regions, frequencies and group delays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Keeps a division by zero out of silent bins.
_TINY = 1e-30


@dataclass(frozen=True, eq=False)
class SpectralPeaks:
    """The peaks of some frames in one list, frame after frame, and all about them.

    Every bin belongs to one peak: the frame is cut at its valleys, and the valley
    itself goes to its louder side.

    Attributes:
        magnitude: Float64 array of shape `(frames, bins)`.
        slope: What the phase in the middle of the window gains from the first bin to
            each bin, in rad, same shape.
        region: Number of the peak that every bin belongs to, same shape.
        places: Flat index `frame * bins + bin` of every peak, shape `(peaks,)`.
        bins: Its bin.
        first: Number of the first peak of every frame and, last, of all peaks, shape
            `(frames + 1,)`.
        leader: The neighbouring peak in the frame that is higher than this one, across
            the higher of both valleys; without meaning where `valley` is 0.
        valley: Magnitude of that valley, 0 where no neighbour is higher.
    """

    magnitude: NDArray[np.float64]
    slope: NDArray[np.float64]
    region: NDArray[np.intp]
    places: NDArray[np.intp]
    bins: NDArray[np.intp]
    first: NDArray[np.intp]
    leader: NDArray[np.intp]
    valley: NDArray[np.float64]

    def offsets(
        self, places: NDArray[np.intp], bins: NDArray[np.intp]
    ) -> NDArray[np.float64]:
        """Frequency of some places beside that of their bin, in bins.

        A steady partial `d` bins beside a bin gives it and its neighbours magnitudes,
        through the lobe of the Hann window, from which `d` follows exactly.

        Args:
            places: Flat indices.
            bins: Their bins.
        """
        level, last = self.magnitude.reshape(-1), self.magnitude.shape[1] - 1
        inner = (bins > 0) & (bins < last)
        step = inner.astype(np.intp)  # the first and the last bin are what they are
        below, above = level.take(places - step), level.take(places + step)
        total = below + above
        total += 2.0 * level.take(places)
        total += _TINY
        offsets: NDArray[np.float64] = 2.0 * (above - below)
        offsets /= total
        return offsets

    def spread(
        self,
        phases: NDArray[np.float64],
        frames: slice,
        first_bin: int = 0,
    ) -> NDArray[np.float64]:
        """Phase of every bin from that of its peak.

        Args:
            phases: In the middle of the window, of each peak, in rad.
            frames: Those that are wanted.
            first_bin: Number of the first bin. Defaults to `0`.

        Returns:
            As the transform counts it, from the first sample of the window, shape
            `(frames, bins)`: half a turn more in every odd bin.
        """
        base = phases - self.slope.reshape(-1)[self.places]
        phase: NDArray[np.float64] = base.take(self.region[frames])
        phase += self.slope[frames]
        phase[:, 1 - first_bin % 2 :: 2] += np.pi
        return phase


def with_neighbours(
    frames: NDArray[np.float64], first: int, last: int
) -> NDArray[np.float64]:
    """Some of the frames and one more on each side; at an end the other neighbour.

    >>> with_neighbours(np.array([[1.0], [2.0], [3.0]]), 0, 2)[:, 0]
    array([2., 1., 2., 3.])
    """
    numbers = np.arange(first - 1, last + 1)
    if first == 0:
        numbers[0] = min(1, len(frames) - 1)
    if last == len(frames):
        numbers[-1] = max(len(frames) - 2, 0)
    framed: NDArray[np.float64] = frames[numbers]
    return framed


def spectral_peaks(
    framed: NDArray[np.float64], n_fft: int, hop_length: int
) -> SpectralPeaks:
    """Find the peaks of some frames.

    Args:
        framed: The frames and one more on each side, shape `(frames + 2, bins)`. At an
            end of the sound the other neighbour takes the place of the one that is
            missing: there the group delay is 0.
        n_fft: Window length, in samples.
        hop_length: Step between frames, in samples.
    """
    magnitude = framed[1:-1]
    frames, bins = magnitude.shape
    rises = np.empty((frames, bins + 1), np.bool_)
    rises[:, 0], rises[:, -1] = True, False
    np.greater(magnitude[:, 1:], magnitude[:, :-1], out=rises[:, 1:-1])
    left, right = rises[:, :-1], rises[:, 1:]
    places = np.flatnonzero(left & ~right)
    valleys = np.flatnonzero(~left & right)
    first = np.searchsorted(places, bins * np.arange(frames + 1))
    # Peaks and valleys take turns. So valley `i` of all lies before peak `i + row + 1`.
    begins = np.zeros(len(places) + 1, np.bool_)
    begins[first] = True
    inner = np.flatnonzero(~begins)
    flat = magnitude.reshape(-1)
    levels = np.zeros(len(begins))
    levels[inner] = flat[valleys]
    starts = np.empty(len(begins), np.intp)
    starts[first] = bins * np.arange(frames + 1)
    starts[inner] = valleys + (flat[valleys - 1] >= flat[valleys + 1])
    region = np.repeat(np.arange(len(places)), np.diff(starts))
    leader, valley = _leaders(flat[places], levels)
    return SpectralPeaks(
        magnitude=magnitude,
        slope=_slopes(framed, n_fft, hop_length),
        region=region.reshape(frames, bins),
        places=places,
        bins=places - np.repeat(bins * np.arange(frames), np.diff(first)),
        first=first,
        leader=leader,
        valley=valley,
    )


def _leaders(
    heights: NDArray[np.float64], levels: NDArray[np.float64]
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Of every peak the higher neighbour, and the level of the valley before it.

    Args:
        heights: Of the peaks.
        levels: Of the valleys before each peak and after the last one; 0 between the
            last peak of a frame and the first of the next.
    """
    higher = np.zeros(len(heights) + 1, np.bool_)
    np.greater(heights[:-1], heights[1:], out=higher[1:-1])
    before = np.where(higher[:-1], levels[:-1], 0.0)
    np.less(heights[:-1], heights[1:], out=higher[1:-1])
    after = np.where(higher[1:], levels[1:], 0.0)
    numbers = np.arange(len(heights))
    leader = np.where(after > before, numbers + 1, numbers - 1)
    return leader, np.maximum(before, after)


def _slopes(
    framed: NDArray[np.float64], n_fft: int, hop_length: int
) -> NDArray[np.float64]:
    """Phase along frequency from the growth of the magnitude, exact for an impulse.

    An impulse `x` samples after the middle of the window turns the phase by
    `-2 * pi * x / n_fft` a bin, and the Hann window gives it magnitudes in the frames
    before and after from which `x` follows.
    """
    before, after = framed[:-2], framed[2:]
    growth = after - before
    total = after + before
    total += _TINY
    growth /= total
    if 4 * hop_length == n_fft:
        # Single precision takes half the time, and is smooth too.
        turn = np.arcsin(growth.astype(np.float32))
    else:
        angle = 2.0 * np.pi * hop_length / n_fft
        cosine, sine = np.cos(angle), np.sin(angle)
        skew = growth * cosine
        growth /= np.sqrt(sine * sine + skew * skew)
        np.clip(growth, -1.0, 1.0, out=growth)
        turn = (np.arcsin(growth) + np.arctan2(skew, sine)).astype(np.float32)
    slope = np.zeros(turn.shape)
    np.add(turn[:, :-1], turn[:, 1:], out=slope[:, 1:], dtype=np.float64)
    slope *= -0.5
    np.cumsum(slope, axis=1, out=slope)
    return slope
