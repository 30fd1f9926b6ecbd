"""LiteRT: runs a bundle's TFLite model with its interpreter, without TensorFlow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_runtime.engines.engine import Engine
from edge_runtime.errors import BundleError, MissingDependencyError, how_to_install


class LiteRTEngine(Engine):
    """Encoder and decoder of one TFLite model.

    Uses `ai_edge_litert`, or `tflite_runtime` where LiteRT has no wheel. The number of
    frames may differ from call to call if the model leaves it free.

    Args:
        flatbuffer: TFLite model with signatures `encode` (`spectrogram` to `latents`,
            float32) and `decode` (int32 `codemap` to `spectrogram`); for effects on
            vectors also `decode_quantized` (float32 `quantized` to `spectrogram`); for
            a learned prior also `prior` (float32 `quantized` and `visible` to
            `logits`), and `prior_inner` if it gives inner frames alone.
        threads: Threads of the interpreter. Defaults to `1`.

    Raises:
        MissingDependencyError: If no usable interpreter is installed.
        BundleError: If the model cannot be loaded or lacks a signature.
    """

    name = "litert"

    def __init__(self, flatbuffer: bytes, *, threads: int = 1) -> None:
        make_interpreter = _interpreter_class()
        try:
            self._interpreter = make_interpreter(
                model_content=flatbuffer, num_threads=threads
            )
            self._interpreter.allocate_tensors()  # an op it lacks is found here
        except (ValueError, RuntimeError) as error:
            raise _unusable(error) from error
        self._signatures = self._interpreter.get_signature_list()
        self._runners: dict[str, Any] = {}
        self._runner("encode", ("spectrogram",), ("latents",))
        self._runner("decode", ("codemap",), ("spectrogram",))

    def run(
        self,
        signature: str,
        inputs: Mapping[str, NDArray[Any]],
        results: tuple[str, ...],
    ) -> tuple[NDArray[np.float32], ...]:
        """As `Engine.run`; inputs are resized to the shapes given."""
        runner = self._runner(signature, tuple(inputs), results)
        details = runner.get_input_details()
        for name, value in inputs.items():
            self._check_input(details[name], name, value)
        try:
            outputs: dict[str, NDArray[Any]] = runner(**inputs)
        except (ValueError, RuntimeError) as error:
            raise _unusable(error) from error
        for name in results:
            if outputs[name].dtype != np.float32:
                raise BundleError(
                    f"The model must return float32 {name}. "
                    f"Received: {outputs[name].dtype}."
                )
        return tuple(outputs[name] for name in results)

    def _runner(
        self, signature: str, sources: tuple[str, ...], results: tuple[str, ...]
    ) -> Any:
        """Signature runner, after checking the names of its inputs and outputs."""
        found = self._signatures.get(signature)
        if found is None or not set(sources) <= set(found["inputs"]):
            raise BundleError(
                f"The model has no signature {signature}({', '.join(sources)}). "
                "Export it again."
            )
        for result in results:
            if result not in found["outputs"]:
                raise BundleError(
                    f"The model's {signature} does not return {result!r}."
                )
        if signature not in self._runners:
            runner = self._interpreter.get_signature_runner(signature)
            self._runners[signature] = runner
        return self._runners[signature]

    @staticmethod
    def _check_input(wanted: Any, name: str, value: NDArray[Any]) -> None:
        # The interpreter would resize a fixed input too, and answer with nonsense.
        shape = tuple(int(size) for size in wanted["shape_signature"])
        if len(shape) != value.ndim or any(
            size not in (-1, given)
            for size, given in zip(shape, value.shape, strict=True)
        ):
            free = str(shape).replace("-1", "any")
            raise BundleError(
                f"The model takes a {name} of shape {free}. Received: {value.shape}."
            )
        if wanted["dtype"] != value.dtype:
            raise BundleError(
                f"The model takes a {name} of {np.dtype(wanted['dtype'])}; "
                f"this program gives {value.dtype}."
            )


def _unusable(error: Exception) -> BundleError:
    first = str(error).strip().partition("\n")[0]
    return BundleError(f"The interpreter cannot run the model: {first}")


def _interpreter_class() -> Any:
    try:
        from ai_edge_litert.interpreter import Interpreter
    except ImportError:
        try:
            from tflite_runtime.interpreter import Interpreter
        except ImportError as error:
            raise MissingDependencyError(
                "Running a model needs an interpreter. Install one with: "
                f"{how_to_install('edge')}"
            ) from error
        # Its last release was built for numpy 1: the import works, the rest fails.
        if int(np.__version__.partition(".")[0]) >= 2:
            raise MissingDependencyError(
                f"tflite-runtime does not work with numpy {np.__version__}. Install "
                "ai-edge-litert, or: pip install 'numpy<2'"
            ) from None
    return Interpreter
