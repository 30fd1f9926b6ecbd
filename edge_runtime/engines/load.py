"""The choice of what runs a model: LiteRT's interpreter, or numpy alone."""

from __future__ import annotations

from edge_runtime.bundle.bundle import Bundle
from edge_runtime.engines.engine import Engine
from edge_runtime.engines.litert_engine import LiteRTEngine
from edge_runtime.engines.native_info import without_native_info
from edge_runtime.engines.numpy_engine import NumpyEngine
from edge_runtime.errors import BundleError, MissingDependencyError

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
        MissingDependencyError: If no interpreter is installed and numpy was not asked
            for or the bundle has no graph for it.
        BundleError: If the model cannot be run.
    """
    if engine not in ENGINES:
        raise ValueError(
            f"engine must be one of {', '.join(ENGINES)}. Received: {engine!r}."
        )
    with without_native_info():
        return _engine(bundle, engine, threads)


def _engine(bundle: Bundle, engine: str, threads: int) -> Engine:
    if engine == "numpy":
        return _numpy_engine(bundle)
    try:
        return LiteRTEngine(bundle.flatbuffer, threads=threads)
    except MissingDependencyError:
        if engine == "litert" or bundle.graph is None:
            raise
        return _numpy_engine(bundle)


def _numpy_engine(bundle: Bundle) -> NumpyEngine:
    if bundle.graph is None:
        raise BundleError(
            f"Model {bundle.name!r} has no graph for the numpy engine. Export it again "
            "with this version, or use --engine litert."
        )
    return NumpyEngine(bundle.flatbuffer, bundle.graph)
