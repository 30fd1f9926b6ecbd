"""A model of two codemaps behind the interface of a model of one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_runtime.bundle.hierarchy import Hierarchy
from edge_runtime.engines.engine import Engine


class HierarchicalCodec(Engine):
    """Joint cells outside, the inputs and outputs of each level inside.

    Args:
        engine: What runs the model: an `Engine` or a `NumpyEngine`, whose `encode`
            also gives `coarse_latents` and whose `decode` and `decode_quantized` also
            take a `coarse_codemap` and `coarse_quantized`.
        hierarchy: How the levels lie.
    """

    def __init__(self, engine: Engine, hierarchy: Hierarchy) -> None:
        self.name = engine.name
        self._engine = engine
        self._hierarchy = hierarchy

    def run(
        self,
        signature: str,
        inputs: Mapping[str, NDArray[Any]],
        results: tuple[str, ...],
    ) -> tuple[NDArray[np.float32], ...]:
        """Run one signature of the levels; arguments as of `Engine.run`."""
        return self._engine.run(signature, inputs, results)

    def encode(self, spectrogram: NDArray[np.float32]) -> NDArray[np.float32]:
        """Joint latents of a spectrogram.

        Args:
            spectrogram: Shape `(1, frames, bins, channels)`, in [0, 1].

        Returns:
            Float32 array of shape `(1, map_frames, map_bins, depth)`; `depth` is the
            sum of both codebooks' `codebook_dim`.

        Raises:
            BundleError: If the model cannot take this shape.
        """
        fine, coarse = self._engine.run(
            "encode", {"spectrogram": spectrogram}, ("latents", "coarse_latents")
        )
        return self._hierarchy.join_vectors(fine, coarse)

    def decode(self, codemap: NDArray[np.int32]) -> NDArray[np.float32]:
        """Spectrogram `(1, frames, bins, channels)` of joint codes.

        Args:
            codemap: Shape `(1, map_frames, map_bins)`.

        Raises:
            BundleError: If the model cannot take this shape.
            ValueError: If the map ends within a coarse cell, or a code is out of range.
        """
        fine, coarse = self._hierarchy.split(codemap)
        inputs = {"codemap": fine, "coarse_codemap": coarse}
        return self._engine.run("decode", inputs, ("spectrogram",))[0]

    def decode_quantized(self, quantized: NDArray[np.float32]) -> NDArray[np.float32]:
        """Spectrogram `(1, frames, bins, channels)` of joint vectors.

        Args:
            quantized: Shape `(1, map_frames, map_bins, depth)`.

        Raises:
            BundleError: If the model cannot take this shape, or has no such signature.
            ValueError: If the map ends within a coarse cell.
        """
        fine, coarse = self._hierarchy.split_vectors(quantized)
        inputs = {"quantized": fine, "coarse_quantized": coarse}
        return self._engine.run("decode_quantized", inputs, ("spectrogram",))[0]
