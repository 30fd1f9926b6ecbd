"""Versions of what a model depends on, for whoever wants to know later."""

from __future__ import annotations

import contextlib
import importlib.metadata
import platform

PACKAGES = ("vqkeras", "keras", "numpy", "tensorflow", "tensorflow-cpu")


def versions() -> dict[str, str]:
    """Versions of Python, the platform and each of `PACKAGES` that is installed.

    The platform is system, processor and C library, such as
    `Linux-x86_64-with-glibc2.36`: which kernel ran changes no figure.
    """
    found = {"python": platform.python_version(), "platform": _platform()}
    for package in PACKAGES:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            found[package] = importlib.metadata.version(package)
    return found


def _platform() -> str:
    library = "".join(platform.libc_ver())
    parts = platform.system(), platform.machine(), library and f"with-{library}"
    return "-".join(part for part in parts if part)
