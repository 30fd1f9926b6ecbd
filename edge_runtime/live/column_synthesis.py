"""What regenerating cells of one column changes in its spectrum."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edge_runtime.bundle.bundle import Bundle
from edge_runtime.edit.decoded import textured_magnitude
from edge_runtime.edit.resynthesis import RAMP_BINS
from edge_runtime.edit.seams import fade_weights
from edge_runtime.live.streaming_codec import StreamingCodec
from edge_runtime.live.streaming_stft import StreamingStft
from edge_runtime.phase.choice import STREAMED, check_phase
from edge_runtime.spectrogram.features import phase_steps_of
from edge_runtime.spectrogram.instantaneous_frequency import PhaseSteps
from edge_runtime.spectrogram.region_masks import transform_mask


class ColumnSynthesis:
    """Decodes a column, gives it texture and phase and fades it in from cells' edges.

    Along time no fade is needed: the windows of the overlap-add are one.

    Args:
        bundle: Model of sounds.
        codec: Decoder of the stream.
        stft: Frames of the stream.
        phase: One of `phases_of(bundle.settings)`.

    Raises:
        UsageError: If the model has no such phase.
    """

    def __init__(
        self, bundle: Bundle, codec: StreamingCodec, stft: StreamingStft, phase: str
    ) -> None:
        check_phase(phase, bundle.settings)
        self._bundle = bundle
        self._codec = codec
        self._stft = stft
        self._phase = phase
        settings = bundle.settings
        # Columns before and after that the phase looks at: iterations fit it to those
        # whose windows overlap, decoded steps go on from the frame before.
        overlap = settings.n_fft // settings.hop_length
        around = -(-(overlap - 1) // bundle.time_stride)
        self._around = (around, around) if phase in STREAMED else (1, 0)
        self._heard: dict[int, NDArray[np.complex64]] = {}

    def change(
        self,
        column: int,
        hidden: NDArray[np.bool_],
        window: list[NDArray[np.int32]],
        *,
        known: int,
        seed: int,
        texture: float,
    ) -> NDArray[np.complex64]:
        """Difference of spectra, shape `(time_stride, n_fft // 2 + 1)`.

        Args:
            column: Number of the column.
            hidden: Its regenerated cells, shape `(map_bins,)`.
            window: Codes that the decoder looks at.
            known: Number of the last column whose samples have arrived.
            seed: Of the texture's noise; and start of the phase `"griffin_lim"`, with
                the column's number.
            texture: How much of noise's own texture, in [0, 1].
        """
        bundle = self._bundle
        stride = bundle.time_stride
        decoded = self._codec.decode(window)
        bins = transform_mask(
            hidden[np.newaxis], bundle.settings, stride, bundle.freq_stride, stride
        )
        within = np.flatnonzero(bins[0])  # the same in all frames
        magnitude = textured_magnitude(
            decoded,
            bundle.settings,
            texture=texture,
            seed=seed,
            first_frame=column * stride,
            bins=range(int(within[0]), int(within[-1]) + 1),
        )
        if self._phase == "original":
            spectrum = self._stft.column(column).spectrum
            wanted = self._codec.sound.with_phase(
                magnitude, spectrum, bins, phase="original", seed=0
            )
        else:
            steps = phase_steps_of(decoded.spectrogram, bundle.settings)
            wanted = self._fitted(column, magnitude, steps, bins, known, seed)
        weights = fade_weights(bins[:1], 0, RAMP_BINS)
        change = weights * (wanted - self._stft.column(column).spectrum)
        if self._phase != "original":
            self._heard[column] = self._stft.column(column).spectrum + change
        return change

    def forget(self, before: int) -> None:
        """Drop columns that will not be asked for again."""
        for number in [number for number in self._heard if number < before]:
            del self._heard[number]

    def _fitted(
        self,
        column: int,
        magnitude: NDArray[np.float32],
        steps: PhaseSteps | None,
        bins: NDArray[np.bool_],
        known: int,
        seed: int,
    ) -> NDArray[np.complex64]:
        """Spectrum whose phase goes on from what was heard before."""
        stride = len(magnitude)
        past, future = self._around
        numbers = range(column - past, column + future + 1)
        spectra = [self._spectrum(number, known) for number in numbers]
        first, rest = past * stride, future * stride
        margin = ((first, rest), (0, 0))
        wanted = self._codec.sound.with_phase(
            np.pad(magnitude, margin),
            np.concatenate(spectra),
            np.pad(bins, margin),
            phase=self._phase,
            seed=seed + column,
            steps=steps and steps.padded(first, rest),
        )
        return wanted[first : first + stride]

    def _spectrum(self, column: int, known: int) -> NDArray[np.complex64]:
        """A column as it was heard, or as it will be if nothing else changes."""
        if column in self._heard:
            return self._heard[column]
        # Silence stands for the future; column -1 lies before the stream and is silent.
        return self._stft.column(column if column <= known else -1).spectrum
