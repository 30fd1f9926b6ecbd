"""Inference engines: what runs the network of a bundle, LiteRT or numpy alone."""

from edge_runtime.engines.engine import Engine
from edge_runtime.engines.golden import GoldenCheck, check_golden
from edge_runtime.engines.litert_engine import LiteRTEngine
from edge_runtime.engines.load import ENGINES, load_engine
from edge_runtime.engines.numpy_engine import NumpyEngine

__all__ = [
    "ENGINES",
    "Engine",
    "GoldenCheck",
    "LiteRTEngine",
    "NumpyEngine",
    "check_golden",
    "load_engine",
]
