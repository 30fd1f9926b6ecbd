"""Encoder, codebook and decoder of a trained run: numpy in, numpy out."""

from __future__ import annotations

from functools import cached_property
from math import log2
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_runtime.spectrogram.features import silence
from vqkeras.run import Run

_BATCH = 32


class RunCodec:
    """The two halves of a run's best model, in batches of bounded memory.

    Args:
        run: A trained run; a preset has all that is asked of it, too.
    """

    def __init__(self, run: Run) -> None:
        self.run = run

    @cached_property
    def codebook(self) -> NDArray[np.float32]:
        """Codewords, shape `(codebook_size, codebook_dim)`."""
        return np.asarray(self.run.model.quantizer.codebook, np.float32)

    @property
    def frames(self) -> int:
        """Frames of an example."""
        return self.run.dataset.test.shape[0]

    @property
    def bins(self) -> int:
        """Bins of an example."""
        return self.run.dataset.test.shape[1]

    @property
    def strides(self) -> tuple[int, int]:
        """Frames and bins from one cell to the next."""
        encoder = self.run.model.encoder
        return encoder.time_stride, encoder.freq_stride

    @cached_property
    def silence(self) -> NDArray[np.int32]:
        """Codemap of an empty image, or of silence."""
        return self.encode(silence((1, *self.run.dataset.test.shape)))[0]

    @property
    def bits(self) -> float:
        """Size of one example's codemap, all codes written with equal lengths."""
        return self.silence.size * log2(self.run.model.quantizer.codebook_size)

    def encode(self, examples: NDArray[np.float32]) -> NDArray[np.int32]:
        """Codemaps of examples.

        Args:
            examples: Shape `(examples, frames, bins, channels)`, in [0, 1].

        Returns:
            Int32 array of shape `(examples, map_frames, map_bins)`.
        """
        return _in_batches(self.run.model.encode_codemap, examples)

    def decode(self, codemaps: NDArray[np.int32]) -> NDArray[np.float32]:
        """Examples of codemaps, cropped to the size of this data, in [0, 1].

        Args:
            codemaps: Shape `(examples, map_frames, map_bins)`.

        Returns:
            Float32 array of shape `(examples, frames, bins, channels)`.
        """
        return self.decode_vectors(self.codewords_of(codemaps))

    def codewords_of(self, codemaps: NDArray[np.int32]) -> NDArray[np.float32]:
        """Codewords of codes: one axis more, `codebook_dim`."""
        return np.asarray(self.run.model.quantizer.codewords_of(codemaps), np.float32)

    def decode_vectors(self, quantized: NDArray[np.float32]) -> NDArray[np.float32]:
        """Examples of vectors that need not be codewords.

        Args:
            quantized: Shape `(examples, map_frames, map_bins, codebook_dim)`.

        Returns:
            Float32 array of shape `(examples, frames, bins, channels)`, in [0, 1],
            without the spread.
        """
        decoder = self.run.model.decoder
        decoded = _in_batches(lambda part: decoder(part, training=False), quantized)
        frames, bins, channels = self.run.dataset.test.shape
        return np.clip(decoded[:, :frames, :bins, :channels], 0.0, 1.0)


def examples_of(split: Any, indices: Any) -> NDArray[np.float32]:
    """Some examples of a split, stacked."""
    return np.stack([split[int(index)] for index in indices])


def _in_batches(function: Any, values: NDArray[Any]) -> NDArray[Any]:
    return np.concatenate(
        [
            np.asarray(function(values[start : start + _BATCH]))
            for start in range(0, len(values), _BATCH)
        ]
    )
