"""The phase of a whole sound that comes in pieces of any length, in streaming."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from edge_runtime.phase.directions import random_directions
from edge_runtime.phase.forward_phase import joint_magnitude
from edge_runtime.phase.griffin_lim_stream import (
    FrameBlock,
    GriffinLimStream,
    gain_rows,
    put_silent,
)
from edge_runtime.phase.masked_fit import MOMENTUM
from edge_runtime.spectrogram.stft import BLOCK


class Start(Protocol):
    """Directions from which the iterations start: `ForwardPhase` or `RandomPhase`."""

    def add(
        self, magnitude: NDArray[np.float64], after: NDArray[np.float64] | None
    ) -> NDArray[np.complex128]:
        """Directions of the next frames, as `ForwardPhase.add` gives them."""


class RandomPhase:
    """Random directions, those from which `griffin_lim` starts.

    Args:
        seed: Of the directions.
    """

    def __init__(self, seed: int) -> None:
        self._rng = np.random.default_rng(seed)

    def add(
        self, magnitude: NDArray[np.float64], after: NDArray[np.float64] | None
    ) -> NDArray[np.complex128]:
        """Directions of the next frames, in the shape of `magnitude`."""
        return random_directions(self._rng, magnitude.size).reshape(magnitude.shape)


class PhaseStream:
    """`continued` or `griffin_lim` of everything, piece by piece: the same, bit by bit.

    Args:
        channels: Number of channels.
        frames: Frames there will be.
        n_fft: Window length, in samples.
        hop_length: Step between frames, in samples. Must divide `n_fft`.
        start: Directions from which the iterations start.
        iterations: How often to go back and forth.
        momentum: As for `griffin_lim`. Defaults to `0.99`.

    Example:

    >>> stream = PhaseStream(1, 40, 8, 2, start=RandomPhase(0), iterations=32)
    >>> parts = [stream.add(np.ones((1, 20, 5), np.float32)) for _ in range(2)]
    >>> [part.shape for part in parts]
    [(1, 0, 5), (1, 40, 5)]
    """

    def __init__(
        self,
        channels: int,
        frames: int,
        n_fft: int,
        hop_length: int,
        *,
        start: Start,
        iterations: int,
        momentum: float = MOMENTUM,
    ) -> None:
        self._frames, self._n_fft, self._hop_length = frames, n_fft, hop_length
        self._start = start
        self._channels = [
            GriffinLimStream(
                n_fft, hop_length, iterations=iterations, momentum=momentum
            )
            for _ in range(channels)
        ]
        none = np.zeros((channels, 0, n_fft // 2 + 1), np.float32)
        self._waiting = none  # not begun
        self._begun = 0  # frames
        self._moving = none  # begun and not done

    def add(self, magnitude: NDArray[np.float32]) -> NDArray[np.complex64]:
        """Give the next frames, get those that are done.

        Args:
            magnitude: Float32 array of shape `(channels, frames, n_fft // 2 + 1)`.

        Returns:
            Complex64 array of shape `(channels, frames, n_fft // 2 + 1)`; after the
            last frame, all that remain.
        """
        self._waiting = np.concatenate([self._waiting, magnitude], axis=1)
        done = [self._waiting[:, :0].astype(np.complex64)]
        # A block starts when the frame after it is there, or the sound ends with it.
        while (waiting := self._waiting.shape[1]) > BLOCK or (
            0 < waiting == self._frames - self._begun
        ):
            done += self._begin(min(BLOCK, waiting))
        return np.concatenate(done, axis=1)

    def _begin(self, count: int) -> list[NDArray[np.complex64]]:
        """Send the next frames through the iterations, and get what comes out."""
        reach = self._n_fft // self._hop_length - 1
        wide = self._waiting[:, : count + 1].astype(np.float64)
        joint = joint_magnitude(wide)
        after = joint[count] if len(joint) > count else None
        turns = self._start.add(joint[:count], after)
        is_last = self._begun + count == self._frames
        gain = gain_rows(
            self._begun,
            count + (reach if is_last else 0),
            self._frames,
            self._n_fft,
            self._hop_length,
        )
        self._moving = np.concatenate([self._moving, self._waiting[:, :count]], axis=1)
        self._waiting = self._waiting[:, count:]
        self._begun += count
        channels = []
        for stream, wanted in zip(self._channels, wide[:, :count], strict=True):
            block = FrameBlock(wanted, gain)
            channels.append(stream.add(block, turns * wanted, is_last=is_last))
        return [self._finished(parts) for parts in zip(*channels, strict=True)]

    def _finished(
        self, parts: tuple[NDArray[np.complex128], ...]
    ) -> NDArray[np.complex64]:
        """One block of all channels, rounded."""
        result = np.stack(parts).astype(np.complex64)
        put_silent(result, self._moving[:, : result.shape[1]])
        self._moving = self._moving[:, result.shape[1] :]
        return result
