"""Lazy import: a package offers names whose modules load when they are first used."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any


def offers(
    package: str, modules: Mapping[str, str]
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """`__getattr__` and `__dir__` of a package (PEP 562).

    So `import vqkeras` is quick, and TensorFlow loads with the first layer.

    Args:
        package: Its `__name__`.
        modules: What it offers -> the module, below the package, that has it. One of
            the same name is offered itself.

    Returns:
        The two functions, for the package to name so.

    Example:

    >>> getattr_of, dir_of = offers("vqkeras", {"load_run": "run"})
    >>> dir_of(), getattr_of("load_run").__module__
    (['load_run'], 'vqkeras.run')
    """

    def getattr_of(name: str) -> Any:
        if name not in modules:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        module = importlib.import_module(f"{package}.{modules[name]}")
        return module if modules[name] == name else getattr(module, name)

    def dir_of() -> list[str]:
        return sorted(modules)

    return getattr_of, dir_of


def answers(package: str, name: str) -> None:
    """Let a package be called: `vqkeras.presets()` and `import vqkeras.presets`.

    A folder and a function of one name would hide each other.

    Args:
        package: Its `__name__`.
        name: Of the function it offers, which answers the call.
    """

    class Answering(ModuleType):
        def __call__(self, *given: Any, **options: Any) -> Any:
            return getattr(self, name)(*given, **options)

    sys.modules[package].__class__ = Answering
