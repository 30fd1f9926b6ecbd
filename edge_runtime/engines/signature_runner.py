"""Encoder and decoder of a model as its signatures, whatever runs them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray


class SignatureRunner(ABC):
    """What both engines share: they run signatures by name.

    Attributes:
        name: Which engine it is.
    """

    name: str

    @abstractmethod
    def run(
        self,
        signature: str,
        inputs: Mapping[str, NDArray[Any]],
        results: tuple[str, ...],
    ) -> tuple[NDArray[np.float32], ...]:
        """Run one signature.

        Args:
            signature: Its name.
            inputs: All it takes, by name.
            results: Names of what is wanted of what it returns.

        Returns:
            Float32 arrays, in the order of `results`.

        Raises:
            BundleError: If the model has no such signature, cannot take these shapes or
                types, or returns others.
        """

    def encode(self, spectrogram: NDArray[np.float32]) -> NDArray[np.float32]:
        """Latents `(1, map_frames, map_bins, codebook_dim)` of a spectrogram.

        Args:
            spectrogram: Shape `(1, frames, bins, channels)`, in [0, 1].

        Raises:
            BundleError: If the model cannot take this shape.
        """
        inputs = {"spectrogram": np.asarray(spectrogram, np.float32)}
        return self.run("encode", inputs, ("latents",))[0]

    def decode(self, codemap: NDArray[np.int32]) -> NDArray[np.float32]:
        """Spectrogram `(1, frames, bins, channels)` of a codemap.

        Args:
            codemap: Codes, shape `(1, map_frames, map_bins)`.

        Raises:
            BundleError: If the model cannot take this shape.
        """
        inputs = {"codemap": np.asarray(codemap, np.int32)}
        return self.run("decode", inputs, ("spectrogram",))[0]

    def decode_quantized(self, quantized: NDArray[np.float32]) -> NDArray[np.float32]:
        """Spectrogram `(1, frames, bins, channels)` of vectors, codewords or not.

        Args:
            quantized: Shape `(1, map_frames, map_bins, codebook_dim)`.

        Raises:
            BundleError: If the model cannot take this shape, or has no such signature.
        """
        inputs = {"quantized": np.asarray(quantized, np.float32)}
        return self.run("decode_quantized", inputs, ("spectrogram",))[0]
