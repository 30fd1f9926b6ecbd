"""A sound from a file of its codes: what `reconstruct` makes, without the sound."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from edge_runtime.audio.audio_file import AudioFile
from edge_runtime.bundle.bundle import Bundle
from edge_runtime.codes.codes_file import SoundCodes
from edge_runtime.edit.decoded import textured_magnitude
from edge_runtime.edit.heard_channel import HeardChannel, heard_channels
from edge_runtime.edit.rate_of_original import at_the_rate_of
from edge_runtime.edit.sound_codec import SoundCodec, window_cells
from edge_runtime.engines.engine import Engine
from edge_runtime.phase.choice import phase_stream
from edge_runtime.spectrogram.overlap_adder import OverlapAdder
from edge_runtime.stage_times import StageTimes

_DTYPES = {
    "PCM_U8": np.uint8,
    "PCM_16": np.int16,
    "PCM_24": np.int32,
    "PCM_32": np.int32,
    "FLOAT": np.float32,
    "DOUBLE": np.float64,
}


def codes_of_sound(
    audio_file: AudioFile,
    bundle: Bundle,
    *,
    engine: Engine,
    phase: str = "continued",
    texture: float = 1.0,
    seed: int = 0,
) -> SoundCodes:
    """Codes of each channel of a sound, and what else its reconstruction needs.

    Args:
        audio_file: Sound of any rate and number of channels.
        bundle: Model of sounds.
        engine: What runs the model.
        phase: As for `SoundCodes`. Defaults to `"continued"`.
        texture: As for `reconstruct`. Defaults to `1.0`.
        seed: As for `reconstruct`. Defaults to `0`.

    Raises:
        UsageError: As of `SoundCodes`.
        BundleError: If the bundle is a model of images or cannot be run.
    """
    codec = SoundCodec(bundle, engine, StageTimes())
    heard = heard_channels(audio_file, bundle.settings.sample_rate)
    peak = max(1.0, *(_peak(channel, codec) for channel in heard))
    return SoundCodes(
        codemap=np.stack([codec.codemap_of(channel) for channel in heard]),
        samples=len(audio_file.samples),
        sample_rate=audio_file.sample_rate,
        subtype=audio_file.subtype,
        peak=peak,
        phase=phase,
        texture=texture,
        seed=seed,
    )


def _peak(heard: HeardChannel, codec: SoundCodec) -> float:
    """Largest absolute value of a channel, in the windows of its reconstruction."""
    frames_of_window = window_cells(codec.bundle.time_stride) * codec.bundle.time_stride
    step = frames_of_window * codec.settings.hop_length
    return max(
        float(np.abs(heard.samples(first, first + step)).max())
        for first in range(0, len(heard), step)
    )


def sound_of_codes(codes: SoundCodes, bundle: Bundle, *, engine: Engine) -> AudioFile:
    """The sound that `reconstruct` makes of the sound with these codes.

    Args:
        codes: From `codes_of_sound` or `read_codes`.
        bundle: The same model.
        engine: What runs the model.

    Raises:
        BundleError: If the bundle cannot be run.
    """
    settings = bundle.settings
    channels = len(codes.codemap)
    codec = SoundCodec(bundle, engine, StageTimes())
    length = -(-codes.samples * settings.sample_rate // codes.sample_rate)
    frames = length // settings.hop_length + 1
    rebuilt = AudioFile.blank(length, channels, settings.sample_rate)
    stream = phase_stream(codes.phase, channels, frames, settings, seed=codes.seed)
    adders = [
        OverlapAdder(frames, settings.n_fft, settings.hop_length, length)
        for _ in range(channels)
    ]
    at = 0
    parts = (_magnitudes(codec, each, frames, codes) for each in codes.codemap)
    for wanted in zip(*parts, strict=True):
        spectra = stream.add(np.stack(wanted))
        audio = [
            adder.add(spectrum) for adder, spectrum in zip(adders, spectra, strict=True)
        ]
        rebuilt.samples[at : at + len(audio[0])] = np.stack(audio, axis=1)
        rebuilt.forget()
        at += len(audio[0])
    return at_the_rate_of(_silence(codes), rebuilt, codes.peak)


def _magnitudes(
    codec: SoundCodec, codemap: NDArray[np.int32], frames: int, codes: SoundCodes
) -> Iterator[NDArray[np.float32]]:
    """What is to sound of one channel, window by window."""
    stride, settings = codec.bundle.time_stride, codec.settings
    cells = window_cells(stride)
    for first in range(0, len(codemap), cells):
        last = min(first + cells, len(codemap))
        start, stop = first * stride, min(last * stride, frames)
        yield textured_magnitude(
            codec.decode_part(codemap, first, last)[: stop - start],
            settings,
            texture=codes.texture,
            seed=codes.seed,
            first_frame=start,
        )


def _silence(codes: SoundCodes) -> AudioFile:
    """A file of the form of the sound that was encoded."""
    shape = codes.samples, len(codes.codemap)
    samples = np.zeros(shape, _DTYPES[codes.subtype])
    return AudioFile(samples, codes.sample_rate, codes.subtype)
