"""The inverse transform of a spectrum that comes in pieces."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edge_runtime.spectrogram.stft import BLOCK, inverse_window_rows, overlap_add


class OverlapAdder:
    """`istft` piece by piece: the same samples, bit by bit.

    Args:
        frames: Frames there will be.
        n_fft: Window length, in samples.
        hop_length: Step between frames, in samples. Must divide `n_fft`.
        length: Samples there will be.

    Example:

    >>> adder = OverlapAdder(frames=2, n_fft=4, hop_length=2, length=4)
    >>> parts = [adder.add(np.ones((1, 3), np.complex64)) for _ in range(2)]
    >>> [len(part) for part in parts]
    [0, 4]
    """

    def __init__(self, frames: int, n_fft: int, hop_length: int, length: int) -> None:
        self._frames = frames
        self._n_fft, self._hop_length = n_fft, hop_length
        self._overlap = n_fft // hop_length
        self._rows = np.zeros((self._overlap - 1, hop_length), np.float32)
        self._waiting: list[NDArray[np.complex64]] = []
        self._done = 0  # frames
        self._left = length
        self._skip = n_fft // 2  # padding before the first sample

    def add(self, spectrum: NDArray[np.complex64]) -> NDArray[np.float32]:
        """Give the next frames, get the samples that no later frame changes.

        Args:
            spectrum: Complex64 array of shape `(frames, n_fft // 2 + 1)`.

        Returns:
            Float32 array of shape `(samples,)`; after the last frame, all that remain,
            with zeros beyond it.
        """
        self._waiting.append(spectrum)
        waiting = sum(map(len, self._waiting))
        is_last = self._done + waiting == self._frames
        # `istft` sums by blocks, so whole blocks give its last digits too.
        count = waiting if is_last else waiting // BLOCK * BLOCK
        if count == 0:
            return np.zeros(0, np.float32)
        joined = np.concatenate(self._waiting)
        now, self._waiting = joined[:count], [joined[count:]]
        reach = self._overlap - 1
        rows = np.zeros((count + reach, self._hop_length), np.float32)
        rows[:reach] = self._rows
        overlap_add(rows.reshape(-1), now, self._hop_length)
        ready = len(rows) if is_last else count
        gain = inverse_window_rows(
            self._done, ready, self._frames, self._n_fft, self._hop_length
        )
        audio = (rows[:ready] * gain).reshape(-1)
        self._rows = rows[ready:]
        self._done += count
        return self._cut(audio, is_last)

    def _cut(self, audio: NDArray[np.float32], is_last: bool) -> NDArray[np.float32]:
        skipped = min(self._skip, len(audio))
        self._skip -= skipped
        audio = audio[skipped : skipped + self._left]
        self._left -= len(audio)
        return np.pad(audio, (0, self._left)) if is_last else audio
