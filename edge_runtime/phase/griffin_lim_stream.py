"""Griffin-Lim over a whole sound that comes in pieces, of any length."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edge_runtime.phase.griffin_lim import (
    momentum_share,
    phase_of_windows,
    put_silent,
    random_phase,
)
from edge_runtime.spectrogram.stft import BLOCK, inverse_window_rows, overlap_add


class PhaseStream:
    """`griffin_lim` of everything, piece by piece: the same numbers, bit by bit.

    An iteration needs of the one before it only the frames that overlap. So all of
    them run at once, each a block of frames behind the one before, and none holds more
    than two blocks.

    Args:
        frames: Frames there will be.
        n_fft: Window length, in samples.
        hop_length: Step between frames, in samples. Must divide `n_fft`.
        seed: Seed of the random phase at the start.
        iterations: 1 or more. Defaults to `32`.
        momentum: As for `griffin_lim`. Defaults to `0.99`.

    Example:

    >>> stream = PhaseStream(frames=40, n_fft=8, hop_length=2, seed=0)
    >>> parts = [stream.add(np.ones((20, 5), np.float32)) for _ in range(2)]
    >>> [part.shape for part in parts]
    [(0, 5), (40, 5)]
    """

    def __init__(
        self,
        frames: int,
        n_fft: int,
        hop_length: int,
        *,
        seed: int,
        iterations: int = 32,
        momentum: float = 0.99,
    ) -> None:
        self._frames = frames
        self._bins = n_fft // 2 + 1
        self._rng = np.random.default_rng(seed)
        self._waiting = np.zeros((0, self._bins), np.float32)
        self._begun = 0  # frames
        sizes = frames, n_fft, hop_length
        self._iterations = [_Iteration(*sizes, momentum) for _ in range(iterations)]

    def add(self, magnitude: NDArray[np.float32]) -> NDArray[np.complex64]:
        """Give the next frames, get those that are done.

        Args:
            magnitude: Float32 array of shape `(frames, n_fft // 2 + 1)`.

        Returns:
            Complex64 array of shape `(frames, n_fft // 2 + 1)`; after the last frame,
            all that remain.
        """
        self._waiting = np.concatenate([self._waiting, magnitude])
        done = [np.zeros((0, self._bins), np.complex64)]
        while len(self._waiting) >= BLOCK or self._are_last():
            block, self._waiting = self._waiting[:BLOCK], self._waiting[BLOCK:]
            self._begun += len(block)
            start = random_phase(self._rng, block.size).reshape(block.shape)
            start *= block
            wide = _Block(block.astype(np.float64), start)
            done += self._refined(wide, self._begun == self._frames)
        return np.concatenate(done)

    def _are_last(self) -> bool:
        return 0 < len(self._waiting) == self._frames - self._begun

    def _refined(self, block: _Block, is_last: bool) -> list[NDArray[np.complex64]]:
        """What comes out of the last iteration when a block goes into the first."""
        blocks = [block]
        for iteration in self._iterations:
            blocks = [
                after
                for number, before in enumerate(blocks, 1)
                for after in iteration.add(before, is_last and number == len(blocks))
            ]
        done = []
        for after in blocks:
            done.append(after.estimate.astype(np.complex64))
            put_silent(done[-1], after.magnitude)
        return done


class _Block:
    """Some frames on their way.

    Args:
        magnitude: Wanted magnitude, float64 of shape `(frames, bins)`.
        estimate: Spectrum so far, complex128 of the same shape.
        audio: The audio from which it came, before the momentum, float64 of shape
            `(hops, hop_length)`, from the first sample of the first frame on; of the
            last block to the end of the sound. Defaults to `None`: silence.
    """

    def __init__(
        self,
        magnitude: NDArray[np.float64],
        estimate: NDArray[np.complex128],
        audio: NDArray[np.float64] | None = None,
    ) -> None:
        self.magnitude, self.estimate, self.audio = magnitude, estimate, audio


class _Iteration:
    """One time back and forth between spectrum and audio."""

    def __init__(
        self, frames: int, n_fft: int, hop_length: int, momentum: float
    ) -> None:
        self._frames, self._n_fft, self._hop_length = frames, n_fft, hop_length
        self._share = momentum_share(momentum)
        self._reach = n_fft // hop_length - 1
        self._sums = np.zeros((self._reach, hop_length), np.float64)
        self._first = 0  # hops done
        # The block that waits for the audio of the next one, and its own.
        self._held: tuple[_Block, NDArray[np.float64]] | None = None

    def add(self, block: _Block, is_last: bool) -> list[_Block]:
        """Give a block, get the one before it; after the last one both."""
        count = len(block.estimate)
        sums = np.zeros((count + self._reach, self._hop_length), np.float64)
        sums[: self._reach] = self._sums
        overlap_add(sums.reshape(-1), block.estimate, self._hop_length)
        ready = len(sums) if is_last else count
        audio = sums[:ready] * self._gain(ready)
        self._sums = sums[ready:]
        self._first += ready
        before = np.zeros_like(audio) if block.audio is None else block.audio
        pushed = before * -self._share
        pushed += audio
        now = _Block(block.magnitude, block.estimate, audio)
        done = []
        if self._held is not None:
            held, its_audio = self._held
            rows = np.concatenate([its_audio, pushed[: self._reach]])
            done.append(self._with_phase_of(held, rows))
        self._held = now, pushed
        if is_last:
            done.append(self._with_phase_of(now, pushed))
        return done

    def _with_phase_of(self, block: _Block, rows: NDArray[np.float64]) -> _Block:
        """The block with the phase of the audio under its windows."""
        samples = np.ascontiguousarray(rows).reshape(-1)
        # As `sliding_window_view`, of which numpy 2.4 keeps some bytes with every call.
        strides = (self._hop_length * samples.itemsize, samples.itemsize)
        shape = (len(block.estimate), self._n_fft)
        windows = np.ndarray(shape, samples.dtype, samples, strides=strides)
        estimate = phase_of_windows(windows, block.magnitude)
        return _Block(block.magnitude, estimate, block.audio)

    def _gain(self, count: int) -> NDArray[np.float32]:
        """What undoes the overlap of the windows; 0 before and after the sound."""
        hop_length = self._hop_length
        gain = inverse_window_rows(
            self._first, count, self._frames, self._n_fft, hop_length
        ).reshape(-1)
        begin = self._n_fft // 2 - self._first * hop_length
        gain[: max(0, begin)] = 0.0
        gain[max(0, begin + self._frames * hop_length - 1) :] = 0.0
        return gain.reshape(-1, hop_length)
