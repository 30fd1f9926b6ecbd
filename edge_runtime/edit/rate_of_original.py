"""A sound at a model's rate back in the numbers, the rate and the length of a file."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from edge_runtime.audio.audio_file import AudioFile
from edge_runtime.edit.heard_channel import HeardChannel
from edge_runtime.edit.peak_guard import reach_of, without_clipping

# Samples of the result that are put into the file together.
_PIECE = 1 << 18


def at_the_rate_of(audio_file: AudioFile, rebuilt: AudioFile, peak: float) -> AudioFile:
    """A sound in the numbers, the rate and the length of another one.

    Args:
        audio_file: The other one.
        rebuilt: The sound.
        peak: Largest absolute value that may come out. What is louder is turned down
            with what surrounds it.
    """
    result, rate = audio_file.copied(), audio_file.sample_rate
    margin, peaks = reach_of(rate), np.full(rebuilt.samples.shape[1], peak)
    channels = [
        HeardChannel(rebuilt, number, audio_file.sample_rate, inaudible=True)
        for number in range(rebuilt.samples.shape[1])
    ]
    for first in range(0, len(audio_file.samples), _PIECE):
        last = min(first + _PIECE, len(audio_file.samples))
        near = range(max(0, first - margin), min(last + margin, len(channels[0])))
        audio = np.stack(
            [channel.samples(near.start, near.stop) for channel in channels], axis=1
        )
        audio = without_clipping(np.zeros_like(audio), audio, peaks, rate)
        audio = audio[first - near.start : last - near.start]
        part = replace(audio_file, samples=audio_file.samples[first:last])
        everywhere = np.ones(last - first, np.bool_)
        part = part.with_float(np.clip(audio, -peak, peak), everywhere)
        result.put(first, part.samples)
        result.forget()
        audio_file.forget()
    return result
