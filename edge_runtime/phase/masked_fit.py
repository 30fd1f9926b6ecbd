"""Griffin-Lim's iterations inside a mask: what is known enters once, as fixed audio."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from edge_runtime.phase.griffin_lim_stream import (
    FrameBlock,
    GriffinLimStream,
    gain_rows,
    put_silent,
)
from edge_runtime.spectrogram.stft import BLOCK, check_lengths, overlap_add

# Of the iterations wherever there are any; Perraudin et al. (2013) found 0.99 best.
MOMENTUM = 0.99


def check_shapes(
    magnitude: NDArray[np.floating],
    spectrum: NDArray[np.complexfloating],
    mask: NDArray[np.bool_],
    hop_length: int,
) -> None:
    """Refuse arrays that do not belong together.

    Args:
        magnitude: Shape `(frames, n_fft // 2 + 1)`, or one more axis before these.
        spectrum: Same shape.
        mask: Shape `(frames, n_fft // 2 + 1)`.
        hop_length: Step between frames, in samples.

    Raises:
        ValueError: If they do not, or `hop_length` does not divide `n_fft`.
    """
    same = magnitude.shape == spectrum.shape and spectrum.shape[-2:] == mask.shape
    if mask.ndim != 2 or not same:
        raise ValueError(
            "magnitude, spectrum and mask must have one shape (frames, bins). "
            f"Received: {magnitude.shape}, {spectrum.shape}, {mask.shape}."
        )
    check_lengths(2 * (spectrum.shape[-1] - 1), hop_length)


def touched_frames(mask: NDArray[np.bool_]) -> slice:
    """The frames from the first to the last that a mask touches; it touches some."""
    touched = np.flatnonzero(mask.any(axis=1))
    return slice(int(touched[0]), int(touched[-1]) + 1)


def fitted_in_mask(
    magnitude: NDArray[np.floating],
    spectrum: NDArray[np.complexfloating],
    mask: NDArray[np.bool_],
    start: Iterable[NDArray[np.complex128]],
    *,
    hop_length: int,
    iterations: int,
    momentum: float = MOMENTUM,
) -> NDArray[np.complex64]:
    """From some directions inside a mask, go back and forth between audio and spectrum.

    Only the frames from the first to the last that the mask touches are transformed;
    what is known in them and in their `n_fft // hop_length - 1` neighbours on each side
    enters once.

    Args:
        magnitude: Float array of shape `(channels, frames, n_fft // 2 + 1)`. Read
            inside the mask only.
        spectrum: Complex array of the same shape. Read outside the mask only.
        mask: Bool array of shape `(frames, n_fft // 2 + 1)`, true where phase is wanted
            in at least one bin.
        start: Directions of the touched frames, `BLOCK` at a time: complex128 arrays of
            shape `(channels, frames, n_fft // 2 + 1)`, or of one channel for all.
        hop_length: Step between frames, in samples.
        iterations: How often.
        momentum: As for `GriffinLimStream`. Defaults to `0.99`.

    Returns:
        Complex64 array of the shape of `spectrum`: the same outside the mask, bit by
        bit, and a complex number of the asked magnitude inside.
    """
    result = spectrum.astype(np.complex64)
    frames, n_fft = touched_frames(mask), 2 * (mask.shape[1] - 1)
    channels = [
        _Channel(each, frames, mask, hop_length, iterations, momentum)
        for each in result
    ]
    for number, turns in enumerate(start):
        at = slice(frames.start + number * BLOCK, frames.stop)
        at = slice(at.start, min(at.start + BLOCK, frames.stop))
        is_last = at.stop == frames.stop
        hops = at.stop - at.start + (n_fft // hop_length - 1 if is_last else 0)
        gain = gain_rows(at.start, hops, len(mask), n_fft, hop_length)
        for place, channel in enumerate(channels):
            wanted = np.where(mask[at], magnitude[place, at], 0.0).astype(np.float64)
            channel.add(wanted, gain, turns[place % len(turns)], is_last)
    for each, wanted in zip(result, magnitude, strict=True):
        put_silent(each[frames], wanted[frames], mask[frames])
    return result


class _Channel:
    """One channel whose known part stays and whose masked part becomes."""

    def __init__(
        self,
        spectrum: NDArray[np.complex64],
        frames: slice,
        mask: NDArray[np.bool_],
        hop_length: int,
        iterations: int,
        momentum: float,
    ) -> None:
        n_fft = 2 * (mask.shape[1] - 1)
        self._found, self._inside = spectrum[frames], mask[frames]
        self._around: NDArray[np.float64] | None = None
        if not mask.all():
            self._around = _surroundings(spectrum, frames, self._inside, hop_length)
        self._stream = GriffinLimStream(
            n_fft, hop_length, iterations=iterations, momentum=momentum
        )
        self._begun = self._done = 0

    def add(
        self,
        magnitude: NDArray[np.float64],
        gain: NDArray[np.float32],
        turns: NDArray[np.complex128],
        is_last: bool,
    ) -> None:
        """Take the next block and put those that are done into the spectrum."""
        around = self._around
        if around is not None:
            around = around[self._begun : self._begun + len(gain)]
        self._begun += len(magnitude)
        block = FrameBlock(magnitude, gain, around)
        for part in self._stream.add(block, turns * magnitude, is_last=is_last):
            at = slice(self._done, self._done + len(part))
            inside = self._inside[at]
            np.copyto(self._found[at], part, where=inside, casting="same_kind")
            self._done = at.stop


def _surroundings(
    spectrum: NDArray[np.complex64],
    frames: slice,
    inside: NDArray[np.bool_],
    hop_length: int,
) -> NDArray[np.float64]:
    """Audio that all outside the mask adds under the windows of `frames`, hop by hop.

    Args:
        spectrum: Shape `(frames, n_fft // 2 + 1)`, of the whole sound.
        frames: Those that the mask touches.
        inside: The mask there.
        hop_length: Step between frames, in samples.

    Returns:
        Shape `(hops, hop_length)`.
    """
    n_fft = 2 * (spectrum.shape[1] - 1)
    reach = n_fft // hop_length - 1
    first, last = max(0, frames.start - reach), min(len(spectrum), frames.stop + reach)
    known = spectrum[first:last].copy()
    known[frames.start - first : frames.stop - first][inside] = 0.0
    sounds = np.ones(last - first + 2, np.int8)  # and, at both ends, frames that do not
    sounds[0] = sounds[-1] = 0
    sounds[1 + frames.start - first : 1 + frames.stop - first] = ~inside.all(axis=1)
    audio = np.zeros((last - first + reach, hop_length))
    for start, stop in np.flatnonzero(np.diff(sounds)).reshape(-1, 2):
        part = audio[start : stop + reach].reshape(-1)
        overlap_add(part, known[start:stop], hop_length)
    return audio[frames.start - first : frames.stop - first + reach]
