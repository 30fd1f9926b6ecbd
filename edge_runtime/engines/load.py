"""The choice of what runs a model: LiteRT's interpreter, or numpy alone."""

from __future__ import annotations

from edge_runtime.bundle.bundle import Bundle
from edge_runtime.engines.engine import Engine, unusable
from edge_runtime.engines.litert_engine import LiteRTEngine
from edge_runtime.engines.native_info import without_native_info
from edge_runtime.engines.numpy_engine import NumpyEngine
from edge_runtime.errors import MissingDependencyError, UserError

ENGINES = ("auto", "litert", "numpy")


def load_engine(bundle: Bundle, engine: str = "auto", *, threads: int = 1) -> Engine:
    """Make the encoder and decoder of a bundle ready to run.

    What the interpreter says about itself on standard error is not shown.

    Args:
        bundle: Model.
        engine: `"litert"`: `ai_edge_litert`, or `tflite_runtime` where that has no
            wheel; `"numpy"`: numpy alone, slower, with the same int8 numbers;
            `"auto"`: LiteRT if it is installed, else numpy. Defaults to `"auto"`.
        threads: Threads of LiteRT; those of numpy are its BLAS's own. Defaults to `1`.

    Returns:
        The engine; its `name` says which one it is.

    Raises:
        ValueError: If `engine` is unknown.
        MissingDependencyError: If LiteRT was asked for and is not installed.
        BundleError: If the model cannot be run.
    """
    if engine not in ENGINES:
        raise ValueError(
            f"engine must be one of {', '.join(ENGINES)}. Received: {engine!r}."
        )
    with without_native_info():
        try:
            return _engine(bundle, engine, threads)
        except UserError:
            raise
        except Exception as error:
            raise unusable(error) from error


def _engine(bundle: Bundle, engine: str, threads: int) -> Engine:
    if engine == "numpy":
        return NumpyEngine(bundle.flatbuffer, bundle.graph)
    try:
        return LiteRTEngine(bundle.flatbuffer, threads=threads)
    except MissingDependencyError:
        if engine == "litert":
            raise
        return NumpyEngine(bundle.flatbuffer, bundle.graph)
