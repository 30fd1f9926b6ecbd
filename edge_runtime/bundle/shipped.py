"""The pretrained bundles that are part of the package, by name."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from edge_runtime.bundle.bundle import Bundle
from edge_runtime.bundle.bundle_file import read_bundle
from edge_runtime.errors import BundleError

MODELS_FOLDER = Path(__file__).parents[1] / "models"


@dataclass(frozen=True)
class ShippedModel:
    """A bundle of the package.

    Attributes:
        file: Below the folder of models.
        purpose: What it is for, in one line.
    """

    file: str
    purpose: str


SHIPPED_MODELS = {
    "general": ShippedModel(
        "general.tflite",
        "any sound at 44.1 kHz: loops, songs, voices, notes; used where no model is "
        "named",
    ),
    "nsynth_light": ShippedModel(
        "nsynth_light.tflite",
        "held notes of instruments at 16 kHz, 1.4 kbit/s; small and fast",
    ),
    "nsynth_live": ShippedModel(
        "live/nsynth_live.tflite",
        "notes of instruments at 16 kHz in short cells, 6 kbit/s; for `live` on small "
        "machines",
    ),
    "nsynth_light_float32": ShippedModel(
        "float32/nsynth_light_float32.tflite",
        "nsynth_light in float32, to compare speed and energy with",
    ),
}
_DEFAULT = "general"
_NUMBER_FORMATS = "nsynth_light", "nsynth_light_float32"


def shipped_path(name: str) -> Path:
    """Path of a bundle of the package.

    Args:
        name: One of `SHIPPED_MODELS`.

    Raises:
        BundleError: If there is none of this name, or the package was installed
            without it.

    Example:

    >>> shipped_path("nsynth_live").name
    'nsynth_live.tflite'
    """
    if name not in SHIPPED_MODELS:
        raise BundleError(
            f"No model {name!r} comes with the package. Expected one of "
            f"{', '.join(SHIPPED_MODELS)}, or the path of a bundle, with --model."
        )
    path = MODELS_FOLDER / SHIPPED_MODELS[name].file
    if not path.is_file():
        raise BundleError(
            f"The package was installed without its model {name}: {path} is missing. "
            "Install it again, or name a bundle with --model."
        )
    return path


def path_of_model(model: Path) -> Path:
    """Where a model is: a path as it stands, or the name of a bundle of the package.

    A file of the same name wins.

    Args:
        model: Path or name.

    Raises:
        BundleError: As `shipped_path`, if it is neither.

    Example:

    >>> path_of_model(Path("nsynth_live")).name
    'nsynth_live.tflite'
    """
    is_path = model.is_file() or model.suffix or model.parent != Path()
    return model if is_path else shipped_path(str(model))


def load_model(model: Path | str | None = None) -> Bundle:
    """Read a model.

    Args:
        model: Path of its bundle, or the name of one of the package. Defaults to the
            one of the package that is used where no model is named.

    Raises:
        BundleError: If it is missing, damaged or something else.

    Example:

    >>> load_model("nsynth_live").name
    'nsynth_live'
    """
    given = default_bundle_path() if model is None else Path(model)
    return read_bundle(path_of_model(given))


def default_bundle_path() -> Path:
    """Path of the pretrained bundle that is used where no model is named.

    Raises:
        BundleError: If the package was installed without it.
    """
    return shipped_path(_DEFAULT)


def number_format_paths() -> tuple[Path, Path]:
    """Paths of one pretrained model in int8 and in float32, to compare the two.

    Raises:
        BundleError: If the package was installed without either.
    """
    int8, float32 = map(shipped_path, _NUMBER_FORMATS)
    return int8, float32
