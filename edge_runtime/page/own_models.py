"""Models of a folder beside those that ship: looked at first, made ready when asked."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from pathlib import Path

from edge_runtime.bundle.bundle import Bundle
from edge_runtime.bundle.bundle_file import read_bundle
from edge_runtime.engines.first_run import check_first_run
from edge_runtime.errors import UsageError, UserError
from edge_runtime.page.model_description import purpose_of
from edge_runtime.page.worker import OtherModel, Worker


def models_in(
    folder: Path, engine: str, taken: Collection[str]
) -> tuple[dict[str, OtherModel], list[str]]:
    """Bundles of a folder that can be used, and why the others cannot.

    Each passes what a model named on the command line passes: its checks, and its first
    run in a process of its own.

    Args:
        folder: Where they lie, as `*.tflite`; folders in it are not looked into.
        engine: What will run them, as for `load_engine`.
        taken: Names that other models have.

    Returns:
        Models by name, in the order of their files' names; and one line for each file
        that is left out.

    Raises:
        UsageError: If there is no such folder, or no bundle in it.
    """
    if not folder.is_dir():
        raise UsageError(f"--models must be a folder. Received: {folder}.")
    paths = sorted(folder.glob("*.tflite"))
    if not paths:
        raise UsageError(
            f"There is no bundle (*.tflite) in {folder}. Train one of your own sounds "
            "with: vqkeras-train own SOUNDS -o X.tflite"
        )
    found: dict[str, OtherModel] = {}
    faults = []
    for path in paths:
        try:
            bundle = _looked_at(path, engine)
        except UserError as error:
            faults.append(f"{path.name}: {error}")
            continue
        if bundle.name in found or bundle.name in taken:
            faults.append(f"{path.name}: there is a model {bundle.name!r} already.")
            continue
        load = partial(_worker_of, path, engine)
        found[bundle.name] = OtherModel(purpose_of(bundle), load)
    return found, faults


def _looked_at(path: Path, engine: str) -> Bundle:
    bundle = read_bundle(path)
    _ = bundle.settings  # refuses a model of images
    check_first_run(path, engine)
    return bundle


def _worker_of(path: Path, engine: str) -> Worker:
    """The model, when somebody chooses it: by then the file may be another one."""
    return Worker.ready(_looked_at(path, engine), engine)
