"""The whole sound through the codemap and back: what a model keeps of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_runtime.audio.audio_file import AudioFile
from edge_runtime.bundle.bundle import Bundle
from edge_runtime.edit.decoded import Decoded, check_texture, textured_magnitude
from edge_runtime.edit.heard_channel import HeardChannel
from edge_runtime.edit.rate_of_original import at_the_rate_of
from edge_runtime.edit.sound_codec import SoundCodec, window_cells
from edge_runtime.engines.engine import Engine
from edge_runtime.engines.load import load_engine
from edge_runtime.phase.choice import STREAMED, check_phase, phase_stream
from edge_runtime.spectrogram.distance import lsd_per_frame_db
from edge_runtime.spectrogram.features import (
    magnitude_db_of,
    phase_steps_of,
    spectrogram_from,
)
from edge_runtime.spectrogram.overlap_adder import OverlapAdder
from edge_runtime.stage_times import StageTimes


@dataclass(frozen=True, eq=False)
class Spectra:
    """Decibels of all channels, float32 of shape `(channels, frames, bins)`.

    Attributes:
        original_db: What the model saw, in dB re full scale.
        reconstruction_db: What it gave back, without texture.
    """

    original_db: NDArray[np.float32]
    reconstruction_db: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Reconstruction:
    """A sound made from its codes alone.

    Attributes:
        audio_file: The sound; like the input in rate, channels, subtype and length,
            without anything above the model's Nyquist frequency.
        lsd_db: Log-spectral distance between what the model saw and what it gave back,
            without texture.
        codemap: Int32 array of shape `(channels, map_frames, map_bins)`.
        seconds: Time spent in each stage, in s.
        spectra: Both, if they were asked for, else `None`.
    """

    audio_file: AudioFile
    lsd_db: float
    codemap: NDArray[np.int32]
    seconds: dict[str, float]
    spectra: Spectra | None


def reconstruct(
    audio_file: AudioFile,
    bundle: Bundle,
    *,
    engine: Engine | None = None,
    phase: str = "original",
    seed: int = 0,
    texture: float = 1.0,
    keep_spectra: bool = False,
) -> Reconstruction:
    """Encode a sound and decode it again, some seconds at a time.

    A decoded phase grows from frame to frame and needs the whole spectrum at once.

    Args:
        audio_file: Sound of any rate and number of channels.
        bundle: Model of sounds.
        engine: What runs the model. Defaults to `load_engine(bundle)`.
        phase: One of `phases_of(bundle.settings)`. Defaults to `"original"`.
        seed: Of the texture, and start of the phase `"griffin_lim"`. Defaults to `0`.
        texture: How much of noise's own texture the sound gets where the model says
            that it is noise, in [0, 1]. Defaults to `1.0`.
        keep_spectra: Whether to return `spectra`, 0.25 MB or so per second of sound.
            Defaults to `False`.

    Returns:
        The reconstruction.

    Raises:
        UsageError: If the model has no such phase, or texture is out of range.
        BundleError: If the bundle is a model of images or cannot be run.
        MissingDependencyError: If no interpreter is installed.
        UserError: If a large file has no room for the result on the disk.
    """
    settings = bundle.settings
    check_phase(phase, settings)
    check_texture(texture)
    times = StageTimes()
    sound = SoundCodec(bundle, engine or load_engine(bundle), times)
    heard = [
        HeardChannel(audio_file, number, settings.sample_rate)
        for number in range(audio_file.samples.shape[1])
    ]
    rebuilt = AudioFile.blank(len(heard[0]), len(heard), settings.sample_rate)
    channels = [
        _Channel(sound, channel, times, phase, seed, texture, keep_spectra)
        for channel in heard
    ]
    # Channels share what their phases go on from, so all of them advance together.
    stream = None
    if phase in STREAMED:
        frames = channels[0].frames
        stream = phase_stream(phase, len(channels), frames, settings, seed=seed)
    at = 0
    for parts in zip(*(channel.parts() for channel in channels), strict=True):
        if stream is None:
            spectra = [
                channel.with_phase(part)
                for channel, part in zip(channels, parts, strict=True)
            ]
        else:
            with times.stage("phase"):
                wanted = [part.magnitude for part in parts]
                spectra = list(stream.add(np.stack(wanted)))
        with times.stage("istft"):
            audio = [
                channel.adder.add(spectrum)
                for channel, spectrum in zip(channels, spectra, strict=True)
            ]
        rebuilt.samples[at : at + len(audio[0])] = np.stack(audio, axis=1)
        rebuilt.forget()
        at += len(audio[0])
    peak = max(1.0, *(channel.peak for channel in channels))
    distances = [each for channel in channels for each in channel.distances]
    kept = [channel.kept for channel in channels]
    with times.stage("resample"):
        result = at_the_rate_of(audio_file, rebuilt, peak)
    return Reconstruction(
        audio_file=result,
        lsd_db=float(np.concatenate(distances).mean()),
        codemap=np.stack([channel.codemap for channel in channels]),
        seconds=times.seconds,
        spectra=_joined(kept) if keep_spectra else None,
    )


@dataclass(frozen=True, eq=False)
class _Part:
    """Some frames of a channel, decoded.

    Attributes:
        decoded: Float32 array of shape `(frames, bins, channels)`.
        magnitude: What is to sound, with its texture, shape `(frames, n_fft // 2 + 1)`.
        known: Spectrum that was there, of the same shape.
    """

    decoded: NDArray[np.float32]
    magnitude: NDArray[np.float32]
    known: NDArray[np.complex64]


class _Channel:
    """One channel on its way back from the codes.

    Attributes:
        codemap: Its codes, shape `(map_frames, map_bins)`.
        frames: Frames of its spectrum.
        adder: Where its new frames become samples.
        distances: Log-spectral distances so far, part by part.
        kept: Decibels before and after so far, part by part.
        peak: Largest absolute value heard so far.
    """

    def __init__(
        self,
        sound: SoundCodec,
        heard: HeardChannel,
        times: StageTimes,
        phase: str,
        seed: int,
        texture: float,
        keep_spectra: bool,
    ) -> None:
        self._sound, self._heard, self._times = sound, heard, times
        self._phase, self._seed, self._texture = phase, seed, texture
        self._keep_spectra = keep_spectra
        settings = sound.settings
        self.codemap = sound.codemap_of(heard)
        self.frames = len(heard) // settings.hop_length + 1
        self.adder = OverlapAdder(
            self.frames, settings.n_fft, settings.hop_length, len(heard)
        )
        self.distances: list[NDArray[np.float64]] = []
        self.kept: list[tuple[NDArray[np.float32], NDArray[np.float32]]] = []
        self.peak = 0.0

    def parts(self) -> Iterator[_Part]:
        """What is decoded, and the spectrum that was there, part by part."""
        sound, frames = self._sound, self.frames
        settings, stride = sound.settings, sound.bundle.time_stride
        hop_length, count = settings.hop_length, len(self.codemap)
        grows = self._phase == "instantaneous_frequency"
        cells = count if grows else window_cells(stride)
        for first in range(0, count, cells):
            last = min(first + cells, count)
            start, stop = first * stride, min(last * stride, frames)
            more = min(start, settings.frames_before)
            known = sound.frames(self._heard, start - more, stop)
            with self._times.stage("stft"):
                original = spectrogram_from(known, settings)[more:]
            self._listen(start * hop_length, stop * hop_length)
            decoded = sound.decode_part(self.codemap, first, last)[: stop - start]
            self._compare(
                magnitude_db_of(original, settings),
                magnitude_db_of(decoded.spectrogram, settings),
            )
            yield _Part(
                decoded.spectrogram, self._magnitude(decoded, start), known[more:]
            )

    def with_phase(self, part: _Part) -> NDArray[np.complex64]:
        """Spectrum of a decoded part, with the phase of the same part or its own."""
        return self._sound.with_phase(
            part.magnitude,
            part.known,
            np.ones(part.known.shape, np.bool_),
            phase=self._phase,
            seed=self._seed,
            steps=phase_steps_of(part.decoded, self._sound.settings),
        )

    def _magnitude(self, decoded: Decoded, first: int) -> NDArray[np.float32]:
        with self._times.stage("decode"):
            return textured_magnitude(
                decoded,
                self._sound.settings,
                texture=self._texture,
                seed=self._seed,
                first_frame=first,
            )

    def _compare(
        self, original_db: NDArray[np.float32], decoded_db: NDArray[np.float32]
    ) -> None:
        self.distances.append(lsd_per_frame_db(original_db, decoded_db))
        if self._keep_spectra:
            self.kept.append((original_db, decoded_db))

    def _listen(self, first: int, last: int) -> None:
        with self._times.stage("resample"):
            audio = self._heard.samples(first, last)
        self.peak = max(self.peak, float(np.abs(audio).max(initial=0.0)))


def _joined(
    kept: list[list[tuple[NDArray[np.float32], NDArray[np.float32]]]],
) -> Spectra:
    """Parts of every channel, one after the other."""
    original_db, reconstruction_db = (
        np.stack([np.concatenate(parts) for parts in each])
        for each in zip(*(zip(*parts, strict=True) for parts in kept), strict=True)
    )
    return Spectra(original_db, reconstruction_db)
