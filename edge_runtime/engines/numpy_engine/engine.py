"""The two network halves of a bundle, run with numpy alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_runtime.engines.engine import Engine
from edge_runtime.engines.numpy_engine.graph import read_graph
from edge_runtime.engines.numpy_engine.program import Program
from edge_runtime.errors import BundleError


class NumpyEngine(Engine):
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

    def run(
        self,
        signature: str,
        inputs: Mapping[str, NDArray[Any]],
        results: tuple[str, ...],
    ) -> tuple[NDArray[np.float32], ...]:
        """As `Engine.run`."""
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
