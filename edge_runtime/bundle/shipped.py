"""The pretrained bundles that are part of the package."""

from __future__ import annotations

from pathlib import Path

from edge_runtime.errors import BundleError

MODELS_FOLDER = Path(__file__).parents[1] / "models"


def default_bundle_path() -> Path:
    """Path of the pretrained bundle that is part of the package.

    Raises:
        BundleError: If the package was installed without one, or has several.
    """
    return _only_model_in(MODELS_FOLDER)


def live_bundle_path() -> Path:
    """Path of the pretrained bundle for live use: its cells are short.

    Raises:
        BundleError: If the package was installed without one, or has several.
    """
    return _only_model_in(MODELS_FOLDER / "live")


def float_bundle_path() -> Path:
    """Path of the pretrained bundle in float32, to compare the int8 one with.

    Raises:
        BundleError: If the package was installed without one, or has several.
    """
    return _only_model_in(MODELS_FOLDER / "float32")


def _only_model_in(folder: Path) -> Path:
    paths = sorted(folder.glob("*.tflite"))
    if len(paths) != 1:
        raise BundleError(
            f"Expected one pretrained model in {folder}, found {len(paths)}. "
            "Name one with --model."
        )
    return paths[0]
