"""The two network halves of a bundle, run with numpy alone."""

from __future__ import annotations

from collections.abc import Mapping
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
        self._flatbuffer, self._graph = flatbuffer, graph
        self._programs: dict[str, Program] = {}
        self._program("encode", ("spectrogram",), ("latents",))
        self._program("decode", ("codemap",), ("spectrogram",))

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
            BundleError: If the model cannot take this shape, or a code is none.
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
            Arrays in the order of `results`.

        Raises:
            BundleError: If the model has no such signature, or cannot take these shapes
                or types.
        """
        outputs = self._program(signature, tuple(inputs), results).run(inputs)
        return tuple(outputs[name] for name in results)

    def _program(
        self, signature: str, sources: tuple[str, ...], results: tuple[str, ...]
    ) -> Program:
        """Made when first needed: each has weights of its own, widened for numpy."""
        if signature not in self._programs:
            found = self._graph.get(signature)
            if found is None:
                raise BundleError(
                    f"The bundle's graph has no signature {signature}. Export it again."
                )
            self._programs[signature] = Program(read_graph(found, self._flatbuffer))
        program = self._programs[signature]
        if not (
            set(sources) <= set(program.inputs) and set(results) <= set(program.outputs)
        ):
            raise BundleError(
                f"The bundle's {signature} goes from {', '.join(program.inputs)} to "
                f"{', '.join(program.outputs)}; {', '.join(sources)} to "
                f"{', '.join(results)} was expected."
            )
        return program
