"""Fast Griffin-Lim in streaming: blocks of frames go through all iterations at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_runtime.spectrogram.stft import (
    BLOCK,
    inverse_window_rows,
    overlap_add,
    wide_hann_window,
)

# Keeps a division by zero out of silent cells, and the quotient of any float32 finite.
_TINY = 1e-200


@dataclass(frozen=True, eq=False)
class FrameBlock:
    """Up to `BLOCK` frames on their way through the iterations.

    Attributes:
        magnitude: Wanted magnitude, float64 of shape `(frames, n_fft // 2 + 1)`; 0
            where the spectrum is known.
        gain: What undoes the overlap of the windows, shape `(hops, hop_length)`, from
            the first sample of the first frame on: one hop a frame, in the last block
            to the end of its last window.
        around: What the known spectrum adds to the audio there, float64 of the same
            shape. Defaults to `None`: nothing.
    """

    magnitude: NDArray[np.float64]
    gain: NDArray[np.float32]
    around: NDArray[np.float64] | None = None


class GriffinLimStream:
    """Goes back and forth between audio and spectrum, a block of frames at a time.

    An iteration needs of the one before it only the frames that overlap. So all of
    them run at once, each a block of frames behind the one before, and none holds more
    than two blocks.

    Every iteration amplifies what the one before it has rounded. In float64 that stays
    far below the float32 numbers of the result, so that all processors agree on them.

    Source: Perraudin, Balazs and Søndergaard (2013), "A fast Griffin-Lim algorithm",
    https://doi.org/10.1109/WASPAA.2013.6701851, algorithm 2.

    Args:
        n_fft: Window length, in samples.
        hop_length: Step between frames, in samples. Must divide `n_fft`.
        iterations: How often to go back and forth; 0 gives the start back.
        momentum: Float, 0 or more; 0 is Griffin and Lim (1984).
    """

    def __init__(
        self, n_fft: int, hop_length: int, *, iterations: int, momentum: float
    ) -> None:
        # Reused: fresh pages for each would take a tenth of the time.
        scratch = np.empty((BLOCK, n_fft)), np.empty((BLOCK, n_fft // 2 + 1))
        self._iterations = [
            _Iteration(n_fft, hop_length, momentum, scratch) for _ in range(iterations)
        ]

    def add(
        self, block: FrameBlock, start: NDArray[np.complex128], *, is_last: bool
    ) -> list[NDArray[np.complex128]]:
        """Give the next block, get the spectra of those that are done, in order.

        Args:
            block: The block.
            start: Its spectrum at the start, of the wanted magnitude.
            is_last: Whether no block follows.
        """
        moving = [_Moving(block, start, None)]
        for iteration in self._iterations:
            moving = [
                after
                for number, before in enumerate(moving, 1)
                for after in iteration.add(before, is_last and number == len(moving))
            ]
        return [after.estimate for after in moving]


@dataclass(frozen=True, eq=False)
class _Moving:
    """A block, its spectrum so far, and the audio from which that came.

    The audio has a row for each hop that the windows of the block reach.
    """

    block: FrameBlock
    estimate: NDArray[np.complex128]
    audio: NDArray[np.float64] | None


@dataclass(frozen=True, eq=False)
class _Held:
    """A block that waits for the audio of the next one; its own, and that pushed on."""

    block: FrameBlock
    audio: NDArray[np.float64]
    pushed: NDArray[np.float64]


class _Iteration:
    """One time back and forth between spectrum and audio."""

    def __init__(
        self,
        n_fft: int,
        hop_length: int,
        momentum: float,
        scratch: tuple[NDArray[np.float64], NDArray[np.float64]],
    ) -> None:
        self._n_fft, self._hop_length = n_fft, hop_length
        # Perraudin's c + momentum * (c - c_before), up to a scale that no phase sees.
        # The transform is linear, so audio may carry it: a quarter of the numbers.
        self._share = momentum / (1.0 + momentum)
        self._scratch = scratch
        self._reach = n_fft // hop_length - 1
        self._sums = np.zeros((self._reach, hop_length), np.float64)
        self._held: _Held | None = None

    def add(self, moving: _Moving, is_last: bool) -> list[_Moving]:
        """Give a block, get the one before it; after the last one both."""
        block, count = moving.block, len(moving.estimate)
        audio = np.zeros((count + self._reach, self._hop_length), np.float64)
        audio[: self._reach] = self._sums
        overlap_add(audio.reshape(-1), moving.estimate, self._hop_length)
        self._sums = audio[count:].copy()  # what reaches into the next block
        ready = audio[: len(block.gain)]
        if block.around is not None:
            ready += block.around
        ready *= block.gain
        pushed = audio
        if moving.audio is not None:
            pushed = moving.audio  # not needed any more
            pushed *= -self._share
            pushed[: len(ready)] += ready
        done = []
        if self._held is not None:
            held = self._held
            held.pushed[len(held.block.magnitude) :] = pushed[: self._reach]
            done.append(self._fitted(held))
        self._held = _Held(block, audio, pushed)
        if is_last:
            done.append(self._fitted(self._held))
        return done

    def _fitted(self, held: _Held) -> _Moving:
        """The block with the phase of the audio under its windows."""
        samples, count = held.pushed.reshape(-1), len(held.block.magnitude)
        # As `sliding_window_view`, of which numpy 2.4 keeps some bytes with every call.
        strides = (self._hop_length * samples.itemsize, samples.itemsize)
        windows = np.ndarray(
            (count, self._n_fft), samples.dtype, samples, strides=strides
        )
        weighted, size = (array[:count] for array in self._scratch)
        np.multiply(windows, wide_hann_window(self._n_fft), out=weighted)
        spectrum = np.fft.rfft(weighted)
        np.abs(spectrum, out=size)
        size += _TINY
        spectrum *= np.divide(held.block.magnitude, size, out=size)
        return _Moving(held.block, spectrum, held.audio)


def gain_rows(
    first: int, count: int, frames: int, n_fft: int, hop_length: int
) -> NDArray[np.float32]:
    """What undoes the overlap of the windows; 0 before and after the sound.

    Args:
        first: Number of the first hop.
        count: Number of hops.
        frames: Frames of the whole sound.
        n_fft: Window length, in samples.
        hop_length: Step between frames, in samples.

    Returns:
        Float32 array of shape `(count, hop_length)`.
    """
    gain = inverse_window_rows(first, count, frames, n_fft, hop_length).reshape(-1)
    # Where the sound begins and where it can end at the latest.
    begin = n_fft // 2 - first * hop_length
    gain[: max(0, begin)] = 0.0
    gain[max(0, begin + frames * hop_length - 1) :] = 0.0
    return gain.reshape(-1, hop_length)


def put_silent(
    result: NDArray[np.complex64],
    magnitude: NDArray[np.floating],
    mask: NDArray[np.bool_] | bool = True,
) -> None:
    """Where no phase has come back, because the estimate is silent, put phase 0."""
    silent = mask & (np.abs(result) < 0.5 * magnitude)
    result[silent] = magnitude[silent]
