"""`doctor`: what is installed and what is missing, which engine and which sensors."""

from __future__ import annotations

import argparse
import importlib.metadata
import importlib.util
import json
import platform
from dataclasses import dataclass
from typing import Any

from edge_runtime.bundle.shipped import SHIPPED_MODELS, shipped_path
from edge_runtime.commands.edit_arguments import add_json_option
from edge_runtime.energy.machine import sensors
from edge_runtime.errors import BundleError

HELP = "say what is installed here, and what each extra brings"


@dataclass(frozen=True)
class Extra:
    """A group of packages that can be installed by one name.

    Attributes:
        brings: What it is for, in a few words.
        modules: What must be there for that, any one of each line.
    """

    brings: str
    modules: tuple[tuple[str, ...], ...]


# As in pyproject.toml, `optional-dependencies`.
EXTRAS = {
    "edge": Extra(
        "a fast engine; FLAC, OGG and MP3",
        (("ai_edge_litert", "tflite_runtime"), ("soundfile",)),
    ),
    "serve": Extra("the web page: `serve`", (("starlette",), ("uvicorn",))),
    "qr": Extra("a QR code of the page's address", (("segno",),)),
    "live": Extra("a sound card: `live`", (("sounddevice",), ("threadpoolctl",))),
    "midi": Extra("controllers and pedals: `live --midi`", (("rtmidi",),)),
    "sign": Extra("signatures: `sign`, `verify --key`", (("cryptography",),)),
    "train": Extra(
        "training, evaluation and export",
        (
            ("tensorflow",),
            ("keras",),
            ("jsonargparse",),
            ("sklearn",),
            ("jinja2",),
            ("matplotlib",),
        ),
    ),
    "hub": Extra("presets from hf://user/repo", (("huggingface_hub",),)),
    "remote": Extra(
        "sounds on s3:// or gs://: `vqkeras-prepare`",
        (("fsspec",), ("s3fs",), ("gcsfs",)),
    ),
    "spark": Extra("`vqkeras-prepare` with Spark", (("pyspark",),)),
    "dask": Extra("`vqkeras-prepare` with Dask", (("dask",),)),
    "beam": Extra("`vqkeras-prepare` with Beam", (("apache_beam",),)),
}
# Where the package of a module is called otherwise.
_PACKAGES = {
    "ai_edge_litert": "ai-edge-litert",
    "tflite_runtime": "tflite-runtime",
    "sklearn": "scikit-learn",
    "rtmidi": "python-rtmidi",
    "apache_beam": "apache-beam",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what this command understands."""
    add_json_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """Look, and print what was found. Loads none of the packages."""
    report = examine()
    if arguments.json:
        print(json.dumps(report, indent=2))
    else:
        print("\n".join(_lines(report)))
    return 0


def examine() -> dict[str, Any]:
    """What there is here, as plain values."""
    litert = [name for name in EXTRAS["edge"].modules[0] if _is_there(name)]
    return {
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
        "vqkeras": _version("vqkeras"),
        "numpy": _version("numpy"),
        "extras": {name: _state(extra) for name, extra in EXTRAS.items()},
        "engine": _PACKAGES[litert[0]] if litert else "numpy",
        "sensors": {meter.name: meter.why_unavailable() for meter in sensors()},
        "models": {name: _is_shipped(name) for name in SHIPPED_MODELS},
    }


def _state(extra: Extra) -> dict[str, Any]:
    there: dict[str, str | None] = {}
    missing = []
    for choice in extra.modules:
        found = [name for name in choice if _is_there(name)]
        if found:
            package = _PACKAGES.get(found[0], found[0])
            there[package] = _version(package)
        else:
            missing.append(_PACKAGES.get(choice[0], choice[0]))
    return {"brings": extra.brings, "installed": there, "missing": missing}


def _is_there(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


def _is_shipped(name: str) -> bool:
    try:
        shipped_path(name)
    except BundleError:
        return False
    return True


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def _lines(report: dict[str, Any]) -> list[str]:
    """The report for people."""
    lines = [
        f"python {report['python']}, numpy {report['numpy']}, {report['machine']}",
        f"vqkeras {report['vqkeras'] or 'not installed as a package'}",
        f"engine: {report['engine']}",
    ]
    for name, state in report["extras"].items():
        if state["missing"]:
            what = f"missing {', '.join(state['missing'])}: pip install '.[{name}]'"
        else:
            what = "installed"
        lines.append(f"{name}: {state['brings']} - {what}")
    if any(state["missing"] for state in report["extras"].values()):
        lines.append(
            "Run these in the repository, or write the wheel's name in place of the "
            "dot."
        )
    for name, reason in report["sensors"].items():
        lines.append(f"sensor {name}: {reason or 'readable'}")
    absent = [name for name, is_there in report["models"].items() if not is_there]
    lines.append(f"models missing: {', '.join(absent)}" if absent else "models: all")
    return lines
