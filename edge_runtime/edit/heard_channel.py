"""One channel of a file at a model's rate, computed only where it is asked for."""

from __future__ import annotations

from dataclasses import replace
from math import gcd

import numpy as np
from numpy.typing import NDArray

from edge_runtime.audio.audio_file import AudioFile
from edge_runtime.audio.resample import ZEROS, resample
from edge_runtime.edit.inaudible import audible, reach_of
from edge_runtime.edit.seams import largest_jump

# Samples of a file that are looked at together.
_BLOCK = 1 << 18


class HeardChannel:
    """What a model hears of a file, without ever holding more than a part of it.

    The file must not change meanwhile.

    Args:
        audio_file: The file.
        channel: Number of the channel.
        sample_rate: Rate of the model, in Hz.
        inaudible: Whether what lies below 20 Hz is kept. Defaults to `False`.

    Attributes:
        spectrum: First frame, and complex64 array of shape `(frames, bins)`: the part
            of its transform that was computed last, for whoever transforms it.
    """

    def __init__(
        self,
        audio_file: AudioFile,
        channel: int,
        sample_rate: int,
        *,
        inaudible: bool = False,
    ) -> None:
        self._file = audio_file
        self._channel = channel
        self._rate = sample_rate
        self._inaudible = inaudible
        divisor = gcd(audio_file.sample_rate, sample_rate)
        self._up = sample_rate // divisor
        self._down = audio_file.sample_rate // divisor
        self.spectrum: tuple[int, NDArray[np.complex64]]
        self.spectrum = 0, np.zeros((0, 1), np.complex64)
        # The last part that was asked for: the next one often lies in it.
        self._kept = 0, np.zeros(0, np.float32)
        self._length = -(-len(audio_file.samples) * self._up // self._down)

    def __len__(self) -> int:
        """Samples at the model's rate."""
        return self._length

    def samples(self, first: int, last: int) -> NDArray[np.float32]:
        """Samples `first` to `last`, excluded, with zeros outside the sound.

        They equal those of the whole channel resampled and filtered, up to the order in
        which the filters' products are summed.

        Args:
            first: Number of the first sample at the model's rate; may be negative.
            last: Number past the last; may lie beyond the end.
        """
        start, stop = max(0, first), min(last, self._length)
        if stop <= start:
            return np.zeros(last - first, np.float32)
        begin, kept = self._kept
        if start < begin or stop > begin + len(kept):
            begin, kept = self._kept = start, self._computed(start, stop)
        return np.pad(kept[start - begin : stop - begin], (start - first, last - stop))

    def _computed(self, start: int, stop: int) -> NDArray[np.float32]:
        """Samples `start` to `stop`, excluded, which lie in the sound."""
        reach = 0 if self._inaudible else reach_of(self._rate)
        if self._up != self._down:
            reach += self._reach()
        # Both rates have a sample where the part begins.
        begin = max(0, start - reach) // self._up * self._up
        from_file = begin // self._up * self._down
        to_file = -(-(stop + reach) * self._down // self._up)
        part = resample(
            self._float(from_file, to_file), self._file.sample_rate, self._rate
        )
        if not self._inaudible:
            part = audible(part, self._rate, first=begin)
        return part[start - begin : stop - begin]

    def largest(self) -> tuple[float, float]:
        """Largest absolute value and largest jump between neighbours, in the file."""
        peak, jump = 0.0, 0.0
        of_block = self._largest_of_16_bits
        if self._file.subtype != "PCM_16":
            of_block = self._largest_of_floats
        for start in range(0, len(self._file.samples), _BLOCK):
            # One sample more, so that no jump is lost between two blocks.
            block_peak, block_jump = of_block(start, start + _BLOCK + 1)
            peak, jump = max(peak, block_peak), max(jump, block_jump)
        return peak, jump

    def _largest_of_floats(self, first: int, last: int) -> tuple[float, float]:
        audio = self._float(first, last)
        return float(np.abs(audio).max()), largest_jump(audio)

    def _largest_of_16_bits(self, first: int, last: int) -> tuple[float, float]:
        """The same numbers in half the time: whoever edits waits for them."""
        audio = np.ascontiguousarray(self._file.samples[first:last, self._channel])
        self._file.forget()
        peak = max(int(audio.max()), -int(audio.min()))
        high, low = np.maximum(audio[1:], audio[:-1]), np.minimum(audio[1:], audio[:-1])
        jumps = high.view(np.uint16) - low.view(np.uint16)  # from 0 to 65535
        return peak / 32768, int(jumps.max(initial=0)) / 32768

    def _reach(self) -> int:
        """Samples at the model's rate on each side that the filter looks at."""
        return -(-ZEROS * max(self._up, self._down) // self._down) + 1

    def _float(self, first: int, last: int) -> NDArray[np.float32]:
        stored = self._file.samples[first:last, self._channel : self._channel + 1]
        audio = replace(self._file, samples=stored).to_float()[:, 0]
        self._file.forget()
        return audio


def heard_channels(audio_file: AudioFile, sample_rate: int) -> list[HeardChannel]:
    """What a model of a sample rate hears of each channel of a file."""
    channels = range(audio_file.samples.shape[1])
    return [HeardChannel(audio_file, number, sample_rate) for number in channels]
