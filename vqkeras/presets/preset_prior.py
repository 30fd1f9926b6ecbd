"""The prior of a preset: what predicts its codes, and how that came about.

prior.yaml          how it was trained, every field
prior.weights.h5    weights without the optimizer, see `short_weights`
prior.json          sizes, seed, steps, epoch, time, energy, versions, checksum
prior_history.csv   one row an epoch
"""

from __future__ import annotations

import json
import shutil
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import yaml
from numpy.typing import NDArray

from edge_runtime.errors import UserError
from vqkeras.model.preset_place import PresetError
from vqkeras.model.prior_shape import ATTENTION_HEADS, ATTENTION_REACH, SHAPE
from vqkeras.presets.short_weights import save_prior
from vqkeras.run import RunError, write_json

if TYPE_CHECKING:
    from vqkeras.model.code_prior import CodePrior

_CONFIG, _HISTORY = "prior.yaml", "prior_history.csv"
_FACTS, _WEIGHTS = "prior.json", "prior.weights.h5"
# What says what a prior is.
PRIOR_FILES = (_CONFIG, _FACTS, _WEIGHTS)
# Fields that priors trained before they existed do not have, and what they stand for.
_YOUNGER = {"attention_heads": ATTENTION_HEADS, "attention_reach": ATTENTION_REACH}
# What a finished training of a prior leaves, of what is needed here.
_OF_RUN = (
    *("best.keras", "config.yaml", "energy.json"),
    *("history.csv", "summary.json", "versions.json"),
)


def load_prior(folder: Path, codebook: Any) -> CodePrior | None:
    """The prior in the folder of a preset; `None` if it has none.

    Args:
        folder: Folder of the preset.
        codebook: Codewords of the preset's codec, `(codebook_size, codebook_dim)`.

    Raises:
        UserError: If the weights are not those that `prior.json` describes, or were
            trained on another codec.
    """
    if not has_prior(folder):
        return None
    from vqkeras.model.code_prior import CodePrior

    facts, config = _facts(folder), prior_fields(folder)
    path = prior_weights(folder)
    size, dim = np.shape(codebook)
    prior = CodePrior(size, dim, **{name: config[name] for name in SHAPE})
    bins = facts["map_bins"]
    prior.build([(None, None, bins, dim), (None, None, bins, 1)])
    try:
        prior.load_weights(path)
    except ValueError as error:
        raise _of_another_codec(path) from error
    _check_codebook(prior, codebook, path)
    return prior


def has_prior(folder: Path) -> bool:
    """Whether the preset in a folder has a prior."""
    return (folder / _FACTS).is_file()


def prior_fields(folder: Path) -> dict[str, Any]:
    """How the prior of a preset was trained: every field of its `PriorConfig`."""
    text = (folder / _CONFIG).read_text(encoding="utf-8")
    return {**_YOUNGER, **yaml.safe_load(text)}


def prior_weights(folder: Path) -> Path:
    """File of the weights of a preset's prior.

    Raises:
        PresetError: If it is not the file that `prior.json` describes.
    """
    path = folder / _WEIGHTS
    if not path.is_file() or _sha256(path) != _facts(folder)["weights_sha256"]:
        raise PresetError(
            f"{path} is missing or not the file that {_FACTS} describes. "
            "Get the preset again."
        )
    return path


def load_prior_run(run_dir: Path, codebook: Any) -> CodePrior:
    """The prior of a finished training: the best one, or the last of a fine-tuning.

    The few files that watch a fine-tuning say little of which epoch is best.

    Args:
        run_dir: Folder that `train_prior` wrote.
        codebook: Codewords of the codec it is for.

    Raises:
        RunError: If the folder is not that of a finished training of a prior.
        UserError: If it was trained on another codec.
    """
    import keras

    from vqkeras.model.code_prior import CodePrior

    missing = [name for name in _OF_RUN if not (run_dir / name).is_file()]
    if missing:
        raise RunError(
            f"{run_dir} is not the folder of a finished training of a prior: it has "
            f"no {missing[0]}. Train one with python -m vqkeras.train_prior."
        )
    path = run_dir / _kept_file(run_dir)
    try:
        prior = keras.models.load_model(path, compile=False)
    except (OSError, ValueError) as error:
        reason = str(error).strip().splitlines()[0]
        raise RunError(f"Cannot load {path}: {reason}") from error
    if not isinstance(prior, CodePrior):
        raise RunError(
            f"{run_dir} holds a codec, not a prior. "
            "Train one with python -m vqkeras.train_prior."
        )
    _check_codebook(prior, codebook, path)
    return prior


def _kept_file(run_dir: Path) -> str:
    """The weights that count of a training, by the name of their file."""
    config = yaml.safe_load((run_dir / "config.yaml").read_text(encoding="utf-8"))
    return "last.keras" if config.get("from_preset") else "best.keras"


def keep_prior(run_dir: Path, folder: Path, codebook: Any) -> None:
    """Keep what `load_prior_run` gives of a training beside the preset of its codec.

    Args:
        run_dir: Folder that `train_prior` wrote.
        folder: Folder of the preset.
        codebook: Codewords of the preset's codec.

    Raises:
        RunError: If `run_dir` is not the folder of a finished training of a prior.
        UserError: If it was trained on another codec.
    """
    prior = load_prior_run(run_dir, codebook)
    shutil.copyfile(run_dir / "config.yaml", folder / _CONFIG)
    shutil.copyfile(run_dir / "history.csv", folder / _HISTORY)
    with np.load(run_dir / "codes.npz") as codes:
        weights = save_prior(prior, folder / _WEIGHTS, codes["validation"])
    parts = {
        name: json.loads((run_dir / f"{name}.json").read_text(encoding="utf-8"))
        for name in ("summary", "energy", "versions")
    }
    summary, is_last = parts["summary"], _kept_file(run_dir) == "last.keras"
    facts = {
        **summary,
        "kept_epoch": summary["epochs"] if is_last else int(summary["best"]["epoch"]),
        "map_bins": prior.rows.offset.shape[2],
        "energy": parts["energy"],
        "versions": parts["versions"],
        "weights": weights,
        "weights_sha256": _sha256(folder / _WEIGHTS),
    }
    write_json(facts, folder / _FACTS)


def shorten_prior(prior: CodePrior, folder: Path, codemaps: NDArray[Any]) -> None:
    """Save the prior of a preset again, with short kernels.

    Args:
        prior: The preset's own.
        folder: Folder of the preset.
        codemaps: As for `save_prior`.
    """
    facts = _facts(folder)
    facts["weights"] = save_prior(prior, folder / _WEIGHTS, codemaps)
    facts["weights_sha256"] = _sha256(folder / _WEIGHTS)
    write_json(facts, folder / _FACTS)


def _facts(folder: Path) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads((folder / _FACTS).read_text(encoding="utf-8"))
    return facts


def _check_codebook(prior: CodePrior, codebook: Any, path: Path) -> None:
    """Refuse a prior of other codewords: its codes would mean something else."""
    if not np.array_equal(prior.codebook, codebook):
        raise _of_another_codec(path)


def _of_another_codec(path: Path) -> UserError:
    return UserError(
        f"{path} was trained on the codes of another codec. Train a prior of this one "
        "with python -m vqkeras.train_prior."
    )


def _sha256(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()
