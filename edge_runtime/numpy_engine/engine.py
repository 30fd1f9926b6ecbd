"""The two network halves of a bundle, run with numpy alone."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_runtime.errors import BundleError
from edge_runtime.numpy_engine.graph import read_graph
from edge_runtime.numpy_engine.program import Program


class NumpyEngine:
    """Encoder and decoder of one model, without an interpreter.

    Runs the graph that the export described in the bundle. Int8 is computed with exact
    integer sums and XNNPACK's rounding, so results equal LiteRT's with its default
    kernels; float32 results differ in the last digits. Products run on as many threads
    as numpy's BLAS takes (`OPENBLAS_NUM_THREADS`).

    Args:
        flatbuffer: TFLite model, which holds the weights.
        graph: Description of its signatures, from the bundle.

    Raises:
        BundleError: If the description does not fit the model, lacks a signature, or
            has an operator that this engine does not know.
    """

    name = "numpy"

    def __init__(self, flatbuffer: bytes, graph: Mapping[str, Any]) -> None:
        self._encode = _program(flatbuffer, graph, "encode", "spectrogram", "latents")
        self._decode = _program(flatbuffer, graph, "decode", "codemap", "spectrogram")
        self._flatbuffer, self._graph = flatbuffer, graph

    def encode(self, spectrogram: NDArray[np.float32]) -> NDArray[np.float32]:
        """Latents `(1, map_frames, map_bins, codebook_dim)` of a spectrogram.

        Args:
            spectrogram: Shape `(1, frames, bins, channels)`, in [0, 1].

        Raises:
            BundleError: If the model cannot take this shape.
        """
        return self._encode(np.asarray(spectrogram, np.float32))

    def decode(self, codemap: NDArray[np.int32]) -> NDArray[np.float32]:
        """Spectrogram `(1, frames, bins, channels)` of a codemap.

        Args:
            codemap: Codes, shape `(1, map_frames, map_bins)`.

        Raises:
            BundleError: If the model cannot take this shape, or a code is none.
        """
        return self._decode(np.asarray(codemap, np.int32))

    def decode_quantized(self, quantized: NDArray[np.float32]) -> NDArray[np.float32]:
        """Spectrogram `(1, frames, bins, channels)` of vectors, codewords or not.

        Args:
            quantized: Shape `(1, map_frames, map_bins, codebook_dim)`.

        Raises:
            BundleError: If the model cannot take this shape, or has no such signature.
        """
        return self._decode_quantized(np.asarray(quantized, np.float32))

    @cached_property
    def _decode_quantized(self) -> Program:
        """Made when first needed: it has weights of its own, widened for numpy."""
        return _program(
            self._flatbuffer,
            self._graph,
            "decode_quantized",
            "quantized",
            "spectrogram",
        )


def _program(
    flatbuffer: bytes, graph: Mapping[str, Any], signature: str, source: str, out: str
) -> Program:
    found = graph.get(signature)
    if found is None:
        raise BundleError(
            f"The bundle's graph has no signature {signature}. Export it again."
        )
    read = read_graph(found, flatbuffer)
    if (read.input_name, read.output_name) != (source, out):
        raise BundleError(
            f"The bundle's {signature} goes from {read.input_name} to "
            f"{read.output_name}; {source} to {out} was expected."
        )
    return Program(read)
