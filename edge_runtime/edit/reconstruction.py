"""The whole sound through the codemap and back: what a model keeps of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from edge_runtime.audio.audio_file import AudioFile
from edge_runtime.bundle.bundle import Bundle
from edge_runtime.edit.heard_channel import HeardChannel
from edge_runtime.edit.sound_codec import SoundCodec, window_cells
from edge_runtime.engines.engine import Engine
from edge_runtime.engines.load import load_engine
from edge_runtime.phase.choice import check_phase
from edge_runtime.phase.griffin_lim_stream import PhaseStream
from edge_runtime.spectrogram.distance import lsd_per_frame_db
from edge_runtime.spectrogram.features import (
    magnitude_db_of,
    magnitude_of,
    phase_steps_of,
    spectrogram_from,
)
from edge_runtime.spectrogram.overlap_adder import OverlapAdder
from edge_runtime.stage_times import StageTimes

# Samples of the result that are put into the file together.
_PIECE = 1 << 18


@dataclass(frozen=True, eq=False)
class Spectra:
    """Decibels of all channels, float32 of shape `(channels, frames, bins)`.

    Attributes:
        original_db: What the model saw, in dB re full scale.
        reconstruction_db: What it gave back.
    """

    original_db: NDArray[np.float32]
    reconstruction_db: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Reconstruction:
    """A sound made from its codes alone.

    Attributes:
        audio_file: The sound; like the input in rate, channels, subtype and length,
            without anything above the model's Nyquist frequency.
        lsd_db: Log-spectral distance between what the model saw and what it gave back.
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
    keep_spectra: bool = False,
) -> Reconstruction:
    """Encode a sound and decode it again, some seconds at a time.

    A decoded phase grows from frame to frame and needs the whole spectrum at once.

    Args:
        audio_file: Sound of any rate and number of channels.
        bundle: Model of sounds.
        engine: What runs the model. Defaults to `load_engine(bundle)`.
        phase: One of `phases_of(bundle.settings)`. Defaults to `"original"`.
        seed: Start of Griffin-Lim. Defaults to `0`.
        keep_spectra: Whether to return `spectra`, 0.25 MB or so per second of sound.
            Defaults to `False`.

    Returns:
        The reconstruction.

    Raises:
        UsageError: If the model has no such phase.
        BundleError: If the bundle is a model of images or cannot be run.
        MissingDependencyError: If no interpreter is installed.
        UserError: If a large file has no room for the result on the disk.
    """
    settings = bundle.settings
    check_phase(phase, settings)
    times = StageTimes()
    sound = SoundCodec(bundle, engine or load_engine(bundle), times)
    heard = [
        HeardChannel(audio_file, number, settings.sample_rate)
        for number in range(audio_file.samples.shape[1])
    ]
    rebuilt = AudioFile.blank(len(heard[0]), len(heard), settings.sample_rate)
    codemaps, distances, kept, peak = [], [], [], 1.0
    for number, channel in enumerate(heard):
        codemaps.append(sound.codemap_of(channel))
        at = 0
        rebuilding = _Channel(sound, channel, codemaps[-1], times, phase, seed)
        for original_db, decoded_db, audio in rebuilding.parts():
            distances.append(lsd_per_frame_db(original_db, decoded_db))
            if keep_spectra:
                kept.append((original_db, decoded_db))
            rebuilt.samples[at : at + len(audio), number] = audio
            rebuilt.forget()
            at += len(audio)
        peak = max(peak, rebuilding.peak)
    with times.stage("resample"):
        result = _at_the_rate_of(audio_file, rebuilt, peak)
    return Reconstruction(
        audio_file=result,
        lsd_db=float(np.concatenate(distances).mean()),
        codemap=np.stack(codemaps),
        seconds=times.seconds,
        spectra=_joined(kept, len(heard)) if keep_spectra else None,
    )


class _Channel:
    """One channel on its way back from the codes.

    Attributes:
        peak: Largest absolute value heard so far.
    """

    def __init__(
        self,
        sound: SoundCodec,
        heard: HeardChannel,
        codemap: NDArray[np.int32],
        times: StageTimes,
        phase: str,
        seed: int,
    ) -> None:
        self._sound, self._heard, self._codemap = sound, heard, codemap
        self._times, self._phase, self._seed = times, phase, seed
        self.peak = 0.0

    def parts(
        self,
    ) -> Iterator[tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]]:
        """Decibels before and after `(frames, bins)`, and new samples, part by part."""
        sound, codemap = self._sound, self._codemap
        settings, stride = sound.settings, sound.bundle.time_stride
        hop_length = settings.hop_length
        frames = len(self._heard) // hop_length + 1
        adder = OverlapAdder(frames, settings.n_fft, hop_length, len(self._heard))
        to_spectrum = self._with_phase
        if self._phase == "griffin_lim":
            stream = PhaseStream(frames, settings.n_fft, hop_length, seed=self._seed)
            to_spectrum = partial(self._through, stream)
        grows = self._phase == "instantaneous_frequency"
        cells = len(codemap) if grows else window_cells(stride)
        for first in range(0, len(codemap), cells):
            last = min(first + cells, len(codemap))
            start, stop = first * stride, min(last * stride, frames)
            more = min(start, settings.frames_before)
            known = sound.frames(self._heard, start - more, stop)
            with self._times.stage("stft"):
                original = spectrogram_from(known, settings)[more:]
                known = known[more:]
            self._listen(start * hop_length, stop * hop_length)
            part = sound.decode_part(codemap, first, last)[: stop - start]
            decoded = part.spectrogram
            spectrum = to_spectrum(decoded, known)
            with self._times.stage("istft"):
                audio = adder.add(spectrum)
            yield (
                magnitude_db_of(original, settings),
                magnitude_db_of(decoded, settings),
                audio,
            )

    def _with_phase(
        self, decoded: NDArray[np.float32], known: NDArray[np.complex64]
    ) -> NDArray[np.complex64]:
        """Spectrum of a decoded part, with the phase of the same part or a new one."""
        settings = self._sound.settings
        return self._sound.with_phase(
            magnitude_of(decoded, settings),
            known,
            np.ones(known.shape, np.bool_),
            phase=self._phase,
            seed=self._seed,
            steps=phase_steps_of(decoded, settings),
        )

    def _through(
        self,
        stream: PhaseStream,
        decoded: NDArray[np.float32],
        known: NDArray[np.complex64],
    ) -> NDArray[np.complex64]:
        """Spectrum of frames that are done, of this part or of those before it."""
        with self._times.stage("phase"):
            return stream.add(magnitude_of(decoded, self._sound.settings))

    def _listen(self, first: int, last: int) -> None:
        with self._times.stage("resample"):
            audio = self._heard.samples(first, last)
        self.peak = max(self.peak, float(np.abs(audio).max(initial=0.0)))


def _at_the_rate_of(
    audio_file: AudioFile, rebuilt: AudioFile, peak: float
) -> AudioFile:
    """A sound in the numbers, the rate and the length of another one."""
    result = audio_file.copied()
    channels = [
        HeardChannel(rebuilt, number, audio_file.sample_rate)
        for number in range(rebuilt.samples.shape[1])
    ]
    for first in range(0, len(audio_file.samples), _PIECE):
        last = min(first + _PIECE, len(audio_file.samples))
        audio = np.stack([channel.samples(first, last) for channel in channels], axis=1)
        part = replace(audio_file, samples=audio_file.samples[first:last])
        everywhere = np.ones(last - first, np.bool_)
        part = part.with_float(np.clip(audio, -peak, peak), everywhere)
        result.put(first, part.samples)
        result.forget()
        audio_file.forget()
    return result


def _joined(
    parts: list[tuple[NDArray[np.float32], NDArray[np.float32]]], channels: int
) -> Spectra:
    """Parts of all channels, one after the other, with an axis for the channels."""
    original_db, reconstruction_db = (
        np.concatenate(each) for each in zip(*parts, strict=True)
    )
    shape = (channels, -1, original_db.shape[1])
    return Spectra(original_db.reshape(shape), reconstruction_db.reshape(shape))
