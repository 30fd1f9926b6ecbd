"""One channel of sound to spectrum, spectrogram and codemap, and a codemap back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_runtime.bundle.bundle import Bundle
from edge_runtime.edit.cell_edit import Decodable
from edge_runtime.edit.decoded import Decoded, decoded_from
from edge_runtime.edit.heard_channel import HeardChannel
from edge_runtime.edit.stereo_image import joint_spectrum
from edge_runtime.engines.engine import Engine
from edge_runtime.errors import BundleError
from edge_runtime.phase.choice import with_phase
from edge_runtime.spectrogram.features import silence, spectrogram_from
from edge_runtime.spectrogram.instantaneous_frequency import PhaseSteps
from edge_runtime.spectrogram.stft import frames_of, stft
from edge_runtime.stage_times import StageTimes

# Cells along time per window of a long sound, and its frames at most: 16 s of 16 ms.
WINDOW_CELLS = 64
WINDOW_FRAMES = 1024


def window_cells(time_stride: int) -> int:
    """Cells along time per window of a long sound, of cells so many frames long.

    Example:

    >>> window_cells(3), window_cells(32)
    (64, 32)
    """
    return max(1, min(WINDOW_CELLS, WINDOW_FRAMES // time_stride))


@dataclass(frozen=True, eq=False)
class Analysis:
    """What a model sees of one channel.

    Attributes:
        spectrum: Complex64 array of shape `(frames, n_fft // 2 + 1)`.
        spectrogram: Float32 array of shape `(frames, bins, channels)`, in [0, 1].
        codemap: Int32 array of shape `(map_frames, map_bins)`; its last frames may
            reach beyond the sound, where the model was given silence.
    """

    spectrum: NDArray[np.complex64]
    spectrogram: NDArray[np.float32]
    codemap: NDArray[np.int32]


class SoundCodec:
    """Encoder, codebook and decoder of a bundle, for sound.

    Args:
        bundle: Model of sounds.
        engine: What runs the two network halves, usually an `Engine`.
        times: Where the time of each stage is added.

    Raises:
        BundleError: If the bundle is a model of images.
    """

    def __init__(self, bundle: Bundle, engine: Engine, times: StageTimes) -> None:
        self.bundle = bundle
        self.settings = bundle.settings
        self._engine = engine
        self._times = times

    def analyse(self, audio: NDArray[np.float32]) -> Analysis:
        """Spectrum, spectrogram and codemap of one channel.

        Args:
            audio: Float array of shape `(samples,)`, at the model's sample rate.

        Raises:
            BundleError: If the model gives latents of another shape than it declares.
        """
        spectrum = self.spectrum_of(audio)
        with self._times.stage("stft"):
            spectrogram = spectrogram_from(spectrum, self.settings)
        return Analysis(spectrum, spectrogram, self._codes(spectrogram))

    def spectrum_of(self, audio: NDArray[np.float32]) -> NDArray[np.complex64]:
        """Spectrum of one channel at the model's rate, `(frames, n_fft // 2 + 1)`."""
        settings = self.settings
        with self._times.stage("stft"):
            return stft(audio, n_fft=settings.n_fft, hop_length=settings.hop_length)

    def _codes(self, spectrogram: NDArray[np.float32]) -> NDArray[np.int32]:
        """Codes `(map_frames, map_bins)` of a spectrogram, padded with silence."""
        settings, bundle = self.settings, self.bundle
        frames = len(spectrogram)
        map_frames = bundle.map_frames(frames)
        padding = map_frames * bundle.time_stride - frames
        with self._times.stage("encode"):
            rest = silence((padding, *spectrogram.shape[1:]))
            padded = np.concatenate([spectrogram, rest])
            latents = self._engine.encode(padded[np.newaxis])
        expected = (
            1,
            map_frames,
            settings.num_bins // bundle.freq_stride,
            bundle.codebook_dim,
        )
        _check_output(latents, "latents", expected)
        with self._times.stage("codebook"):
            return bundle.codes_of(latents[0])

    def codemap_of(
        self,
        *heard: HeardChannel,
        rows: range | None = None,
        cells: int | None = None,
    ) -> NDArray[np.int32]:
        """One codemap of all channels, of any length, in memory that does not grow.

        The sound is analysed in windows that overlap by what a cell can see, so that
        each code is that of the whole sound. (With dynamic-range int8, whose scales
        follow what a window contains, nearly each.)

        Args:
            heard: The channels; of several, what they sound like together.
            rows: Frames of cells wanted. Defaults to `None`: all.
            cells: Cells along time per window, without the overlap. Defaults to
                `window_cells` of the model's cells.

        Returns:
            Int32 array of shape `(map_frames, map_bins)`, 0 where it is not wanted.

        Raises:
            BundleError: If the model gives latents of another shape than it declares.
        """
        settings, stride = self.settings, self.bundle.time_stride
        cells = cells or window_cells(stride)
        frames = len(heard[0]) // settings.hop_length + 1
        codemap = np.zeros(self.map_shape(heard[0]), np.int32)
        rows = range(len(codemap)) if rows is None else rows
        context = self.bundle.context
        before, after = (-(-reach // stride) for reach in context.encoder_frames)
        for first in range(rows.start, rows.stop, cells):
            last = min(first + cells, rows.stop)
            start, stop = max(0, first - before), min(last + after, len(codemap))
            from_frame = start * stride
            more = min(from_frame, settings.frames_before)
            last_frame = min(stop * stride, frames)
            spectra = [
                self.frames(channel, from_frame - more, last_frame) for channel in heard
            ]
            with self._times.stage("stft"):
                joint = joint_spectrum(np.stack(spectra))
                spectrogram = spectrogram_from(joint, settings)[more:]
            codes = self._codes(spectrogram)
            codemap[first:last] = codes[first - start : last - start]
        return codemap

    def map_shape(self, heard: HeardChannel) -> tuple[int, int]:
        """Shape of the codemap of a sound, `(map_frames, map_bins)`."""
        frames = len(heard) // self.settings.hop_length + 1
        bins = self.settings.num_bins // self.bundle.freq_stride
        return self.bundle.map_frames(frames), bins

    def frames(
        self, heard: HeardChannel, first: int, last: int
    ) -> NDArray[np.complex64]:
        """Frames `first` to `last`, excluded, of the sound's transform."""
        begin, kept = heard.spectrum
        if begin <= first and last <= begin + len(kept):
            return kept[first - begin : last - begin]
        n_fft, hop_length = self.settings.n_fft, self.settings.hop_length
        start = first * hop_length - n_fft // 2
        stop = (last - 1) * hop_length + n_fft // 2
        with self._times.stage("resample"):
            audio = heard.samples(start, stop)
        with self._times.stage("stft"):
            spectrum = frames_of(audio, n_fft, hop_length)
        heard.spectrum = first, spectrum
        return spectrum

    def decode(self, codemap: NDArray[np.int32], frames: int) -> Decoded:
        """Spectrogram of a codemap, and its spread if the model has one.

        Args:
            codemap: Codes, shape `(map_frames, map_bins)`.
            frames: Frames wanted; the rest is padding and cut off.

        Returns:
            Arrays of shape `(frames, bins, channels)`.

        Raises:
            BundleError: If the model gives another shape than it declares, or NaN.
        """
        with self._times.stage("decode"):
            decoded = self._engine.decode(codemap[np.newaxis])
        return self._checked(decoded, len(codemap))[:frames]

    def decode_part(
        self,
        codemap: Decodable,
        first: int,
        last: int,
    ) -> Decoded:
        """Spectrogram of some cells as it is in that of the whole codemap.

        Args:
            codemap: Codes of the whole, shape `(map_frames, map_bins)`; or vectors, of
                shape `(map_frames, map_bins, codebook_dim)`.
            first: First cell along time.
            last: Number past the last one.

        Returns:
            Arrays of shape `((last - first) * time_stride, bins, channels)`.

        Raises:
            BundleError: As `decode` or `decode_quantized`.
        """
        stride = self.bundle.time_stride
        before, after = self.bundle.context.decoder_cells
        start, stop = max(0, first - before), min(last + after, len(codemap))
        part, frames = codemap[start:stop], (last - start) * stride
        if part.ndim == 2:
            decoded = self.decode(part.astype(np.int32, copy=False), frames)
        else:
            decoded = self.decode_quantized(part.astype(np.float32, copy=False), frames)
        return decoded[(first - start) * stride :]

    def decode_quantized(self, quantized: NDArray[np.float32], frames: int) -> Decoded:
        """Spectrogram of vectors that need not be codewords.

        Args:
            quantized: Shape `(map_frames, map_bins, codebook_dim)`.
            frames: Frames wanted; the rest is padding and cut off.

        Returns:
            Arrays of shape `(frames, bins, channels)`.

        Raises:
            BundleError: If the model cannot decode vectors, gives another shape than it
                declares, or NaN.
        """
        with self._times.stage("decode"):
            decoded = self._engine.decode_quantized(quantized[np.newaxis])
        return self._checked(decoded, len(quantized))[:frames]

    def _checked(self, decoded: NDArray[np.float32], map_frames: int) -> Decoded:
        """What a model decoded, without its batch axis."""
        settings, has_spread = self.settings, self.bundle.has_spread
        expected = (
            1,
            map_frames * self.bundle.time_stride,
            settings.num_bins,
            settings.num_channels * (2 if has_spread else 1),
        )
        _check_output(decoded, "spectrogram", expected)
        return decoded_from(decoded[0], has_spread=has_spread)

    def with_phase(
        self,
        magnitude: NDArray[np.float32],
        known: NDArray[np.complex64],
        mask: NDArray[np.bool_],
        *,
        phase: str,
        seed: int,
        steps: PhaseSteps | None = None,
    ) -> NDArray[np.complex64]:
        """`edge_runtime.phase.choice.with_phase` with the model's hop, timed."""
        with self._times.stage("phase"):
            return with_phase(
                magnitude,
                known,
                mask,
                phase=phase,
                hop_length=self.settings.hop_length,
                seed=seed,
                steps=steps,
            )


def _check_output(
    values: NDArray[np.float32], name: str, expected: tuple[int, ...]
) -> None:
    """Refuse what a model must not give; a resized fixed model gives such shapes."""
    if values.shape != expected:
        raise BundleError(
            f"The model gives {name} of shape {values.shape}; {expected} was expected."
        )
    if not np.isfinite(values).all():
        raise BundleError(f"The model gives {name} that are NaN or infinite.")
