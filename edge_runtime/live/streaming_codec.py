"""Codes of a stream, column by column, through windows of a fixed number of cells."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edge_runtime.bundle.bundle import Bundle
from edge_runtime.bundle.codebook import codes_of
from edge_runtime.edit.decoded import Decoded
from edge_runtime.edit.sound_codec import SoundCodec
from edge_runtime.engines.engine import Engine
from edge_runtime.live.receptive_field import ReceptiveField
from edge_runtime.live.streaming_stft import StreamingStft
from edge_runtime.stage_times import StageTimes


class StreamingCodec:
    """Encoder, codebook and decoder of a bundle, for one column of cells at a time.

    Each column is computed from a window that holds its receptive field and nothing
    else, always of the same size: its codes are those of the whole file, and never
    depend on what else was computed.

    Args:
        bundle: Model of sounds.
        engine: What runs it.
        field: Windows of encoder and decoder.
        stft: Frames of the stream.
        times: Where the time of each stage is added.
    """

    def __init__(
        self,
        bundle: Bundle,
        engine: Engine,
        field: ReceptiveField,
        stft: StreamingStft,
        times: StageTimes,
    ) -> None:
        self._bundle = bundle
        self._engine = engine
        self.sound = SoundCodec(bundle, engine, times)
        self._times = times
        self._field = field
        self._stft = stft
        self._codes: dict[int, NDArray[np.int32]] = {}

    def codes(self, column: int) -> NDArray[np.int32]:
        """Codes of what was played in a column, shape `(map_bins,)`."""
        found = self._codes.get(column)
        if found is None:
            reach = self._field.encoder
            numbers = range(column - reach.past, column + reach.future + 1)
            with self._times.stage("stft"):
                window = [self._stft.column(number).spectrogram for number in numbers]
            with self._times.stage("encode"):
                latents = self._engine.encode(np.concatenate(window)[np.newaxis])
            with self._times.stage("codebook"):
                found = codes_of(latents[0, reach.past], self._bundle.codebook)
            self._codes[column] = found
        return found

    def decode(self, window: list[NDArray[np.int32]]) -> Decoded:
        """Spectrogram of the column that the decoder's window is about, and its spread.

        Args:
            window: Codes of the columns around it, as long as the decoder's reach.

        Returns:
            Arrays of shape `(time_stride, num_bins, num_channels)`.

        Raises:
            BundleError: If the model gives another shape than it declares, or NaN.
        """
        stride = self._bundle.time_stride
        decoded = self.sound.decode(np.stack(window), len(window) * stride)
        first = self._field.decoder.past * stride
        return decoded[first : first + stride]

    def forget(self, before: int) -> None:
        """Drop codes that will not be asked for again."""
        for number in [number for number in self._codes if number < before]:
            del self._codes[number]
