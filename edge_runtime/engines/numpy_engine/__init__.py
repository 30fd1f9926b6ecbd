"""Runs our own bundles with numpy alone, giving what LiteRT with XNNPACK gives."""

from edge_runtime.engines.numpy_engine.engine import NumpyEngine

__all__ = ["NumpyEngine"]
