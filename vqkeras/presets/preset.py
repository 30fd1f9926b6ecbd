"""A preset: the pretrained weights of a config, and how they came about.

config.yaml          what was trained
model.weights.h5     weights without the optimizer, float32
metadata.json        data, seed, steps, time, machine, versions, credits, checksum
history.csv          one row an epoch
figures.json         what it was measured at
card.md              the same for people
prior.*              what predicts its codes, see `vqkeras.presets.preset_prior`
"""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edge_runtime.errors import UsageError, UserError
from vqkeras.config import Config
from vqkeras.config_file import load_config, save_config
from vqkeras.datasets.credits import credits_of
from vqkeras.presets.preset_prior import keep_prior, load_prior
from vqkeras.run import Run, write_json
from vqkeras.templates import render

if TYPE_CHECKING:
    from vqkeras.datasets.dataset import Dataset
    from vqkeras.model.code_prior import CodePrior
    from vqkeras.model.vqvae import VQVAE

PRESETS_FOLDER = Path(__file__).parent
_WEIGHTS = "model.weights.h5"


@dataclass(frozen=True)
class Preset:
    """A trained model that comes with the package.

    Attributes:
        folder: Its folder.
        config: What was trained.
    """

    folder: Path
    config: Config

    @cached_property
    def metadata(self) -> dict[str, Any]:
        """How it was trained: content of `metadata.json`."""
        path = self.folder / "metadata.json"
        return json.loads(path.read_text(encoding="utf-8"))

    @property
    def summary(self) -> dict[str, Any]:
        """Of the summary of its run, what `metadata.json` keeps."""
        names = ("name", "data", "num_examples", "num_parameters", "seed")
        numbers = ("data_variance", "epochs", "best_epoch")
        kept = {name: self.metadata[name] for name in (*names, *numbers)}
        return {**kept, "seconds": 60.0 * self.metadata["minutes"]}

    @cached_property
    def dataset(self) -> Dataset:
        """The data it learned from, loaded when first asked for."""
        from vqkeras.datasets import load_dataset

        return load_dataset(self.config.data, self.config.spectrogram)

    @cached_property
    def model(self) -> VQVAE:
        """The model, loaded when first asked for.

        Raises:
            UserError: If the weights are not those that the metadata describes.
        """
        from vqkeras.model.build import build_model

        path = self.folder / _WEIGHTS
        if not path.is_file() or _sha256(path) != self.metadata["weights_sha256"]:
            raise UserError(
                f"{path} is missing or not the file that metadata.json describes. "
                "Install the package again."
            )
        model = build_model(
            self.config.model,
            tuple(self.metadata["example_shape"]),
            self.metadata["data_variance"],
            weighted_by_first_channel=self.metadata["weighted_by_first_channel"],
        )
        model.load_weights(path)
        return model

    @cached_property
    def prior(self) -> CodePrior | None:
        """What predicts its codes, loaded when first asked for; `None`: nothing does.

        Raises:
            UserError: If its weights were changed, or belong to another codec.
        """
        return load_prior(self.folder, self.model.quantizer.codebook)


def preset_names(folder: Path = PRESETS_FOLDER) -> list[str]:
    """Names of the presets in a folder, by default those of the package."""
    return sorted(path.parent.name for path in folder.glob("*/metadata.json"))


def load_preset(name: str, folder: Path = PRESETS_FOLDER) -> Preset:
    """A preset by its name.

    Args:
        name: One of `preset_names()`.
        folder: Folder of presets. Defaults to that of the package.

    Raises:
        UsageError: If there is none of this name.
    """
    if name not in preset_names(folder):
        raise UsageError(
            f"Unknown preset {name!r}. "
            f"Expected one of {', '.join(preset_names(folder)) or 'none yet'}."
        )
    return Preset(folder / name, load_config(folder / name / "config.yaml"))


def write_preset(run: Run, figures: dict[str, Any], folder: Path) -> Path:
    """Keep the best weights of a finished run under its name.

    Args:
        run: A finished run.
        figures: What it was measured at, from `vqkeras.evaluate`: plain values.
        folder: Folder of presets.

    Returns:
        Folder of the new preset.

    Raises:
        UserError: If the run is not finished, or the folder cannot be written.
    """
    if not run.summary:
        raise UserError(f"{run.folder} is not finished: it has no summary.json.")
    target = folder / run.config.name
    target.mkdir(parents=True, exist_ok=True)
    save_config(run.config, target / "config.yaml")
    shutil.copyfile(run.folder / "history.csv", target / "history.csv")
    run.model.save_weights(target / _WEIGHTS)
    metadata = _metadata(run) | {"weights_sha256": _sha256(target / _WEIGHTS)}
    write_json(metadata, target / "metadata.json")
    write_json(figures, target / "figures.json")
    card = render(
        PRESETS_FOLDER / "templates" / "card.md.j2",
        metadata=metadata,
        figures=figures,
        spectrogram=run.config.spectrogram,
    )
    (target / "card.md").write_text(card, encoding="utf-8")
    return target


def write_prior(run_dir: Path, folder: Path) -> None:
    """Keep the best prior of a finished training with the preset of its codec.

    Args:
        run_dir: Folder that `vqkeras.train_prior` wrote.
        folder: Folder of the preset.

    Raises:
        UserError: If the training is not finished or was of another codec's codes.
    """
    preset = load_preset(folder.name, folder.parent)
    keep_prior(run_dir, folder, preset.model.quantizer.codebook)


def _metadata(run: Run) -> dict[str, Any]:
    summary, model = run.summary, run.model
    steps = run.config.training.steps_per_epoch
    energy = json.loads((run.folder / "energy.json").read_text(encoding="utf-8"))
    _, bins, channels = run.dataset.train.shape
    is_sound = run.config.spectrogram is not None
    frames = None if is_sound else run.dataset.train.shape[0]
    return {
        "name": run.config.name,
        "example_shape": [frames, bins, channels],
        "data_variance": summary["data_variance"],
        "weighted_by_first_channel": model.weighted_by_first_channel,
        "cell": [model.encoder.time_stride, model.encoder.freq_stride],
        "num_parameters": summary["num_parameters"],
        "data": summary["data"],
        "num_examples": summary["num_examples"],
        "seed": summary["seed"],
        "epochs": summary["epochs"],
        "best_epoch": summary["best_epoch"],
        "steps": summary["epochs"] * steps if steps else None,
        "minutes": summary["seconds"] / 60.0,
        "machine": energy["hardware"],
        "energy_wh": energy["energy_wh"],
        "emissions_g": energy["emissions_g"],
        "energy_method": energy["method"],
        "versions": json.loads((run.folder / "versions.json").read_text()),
        "credits": asdict(credits_of(run.config.data)),
    }


def _sha256(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()
