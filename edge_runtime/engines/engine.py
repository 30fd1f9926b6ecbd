"""An inference engine: the networks of a model, whatever runs them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_runtime.errors import BundleError


def unusable(error: Exception) -> BundleError:
    """The error for a model that cannot be run, whatever it raised."""
    reason = (str(error).strip() or type(error).__name__).partition("\n")[0]
    return BundleError(
        f"The model cannot be run: {type(error).__name__}: {reason[:200]}. "
        "Export it again, or copy it again."
    )


class Engine(ABC):
    """Runs the networks of a bundle, which are its TFLite signatures.

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

    def _guarded(
        self, signature: str, inputs: Mapping[str, NDArray[Any]], result: str
    ) -> NDArray[np.float32]:
        """Run a signature; whatever a damaged model raises is one family of errors."""
        try:
            return self.run(signature, inputs, (result,))[0]
        except BundleError:
            raise
        except Exception as error:
            raise unusable(error) from error

    def encode(self, spectrogram: NDArray[np.float32]) -> NDArray[np.float32]:
        """Latents `(1, map_frames, map_bins, codebook_dim)` of a spectrogram.

        Args:
            spectrogram: Shape `(1, frames, bins, channels)`, in [0, 1].

        Raises:
            BundleError: If the model cannot take this shape.
        """
        inputs = {"spectrogram": np.asarray(spectrogram, np.float32)}
        return self._guarded("encode", inputs, "latents")

    def decode(self, codemap: NDArray[np.int32]) -> NDArray[np.float32]:
        """Spectrogram `(1, frames, bins, channels)` of a codemap.

        Args:
            codemap: Codes, shape `(1, map_frames, map_bins)`.

        Raises:
            BundleError: If the model cannot take this shape.
        """
        inputs = {"codemap": np.asarray(codemap, np.int32)}
        return self._guarded("decode", inputs, "spectrogram")

    def decode_quantized(self, quantized: NDArray[np.float32]) -> NDArray[np.float32]:
        """Spectrogram `(1, frames, bins, channels)` of vectors, codewords or not.

        Of codewords it makes what `decode` makes of their codes. An int8 model sees
        vectors in 256 steps over the range that its calibration heard in codewords,
        and clips what lies beyond.

        Args:
            quantized: Shape `(1, map_frames, map_bins, codebook_dim)`.

        Raises:
            BundleError: If the model cannot take this shape, or has no such signature.
        """
        inputs = {"quantized": np.asarray(quantized, np.float32)}
        return self._guarded("decode_quantized", inputs, "spectrogram")

    def predict(
        self, quantized: NDArray[np.float32], visible: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """Logits `(1, map_frames, map_bins, codebook_size)` of a bundle's prior.

        Args:
            quantized: Codewords of visible cells, zeros in hidden ones, shape
                `(1, map_frames, map_bins, codebook_dim)`.
            visible: 1 in visible cells, 0 in hidden ones, shape
                `(1, map_frames, map_bins, 1)`.

        Raises:
            BundleError: If the model cannot take this shape, or has no prior.
        """
        return self._logits("prior", quantized, visible)

    def predict_inner(
        self, quantized: NDArray[np.float32], visible: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """What `predict` gives, without the outermost frames, in less time.

        Args:
            quantized: As for `predict`.
            visible: As for `predict`.

        Returns:
            Logits without as many frames at either end as the prior looks to each side.

        Raises:
            BundleError: As `predict`; also of a bundle without this signature.
        """
        return self._logits("prior_inner", quantized, visible)

    def _logits(
        self,
        signature: str,
        quantized: NDArray[np.float32],
        visible: NDArray[np.float32],
    ) -> NDArray[np.float32]:
        inputs = {
            "quantized": np.asarray(quantized, np.float32),
            "visible": np.asarray(visible, np.float32),
        }
        return self.run(signature, inputs, ("logits",))[0]
