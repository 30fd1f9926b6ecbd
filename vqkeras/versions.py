"""Versions of what a model depends on, for whoever wants to know later."""

from __future__ import annotations

import contextlib
import importlib.metadata
import platform

PACKAGES = ("vqkeras", "keras", "numpy", "tensorflow", "tensorflow-cpu")


def versions() -> dict[str, str]:
    """Versions of Python, the platform and each of `PACKAGES` that is installed."""
    found = {"python": platform.python_version(), "platform": platform.platform()}
    for package in PACKAGES:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            found[package] = importlib.metadata.version(package)
    return found
