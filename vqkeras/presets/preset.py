"""A preset as a training sees it, and how a finished run becomes one.

What its folder holds, and how it is checked and loaded: `vqkeras.model.preset_folder`.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edge_runtime.errors import UsageError, UserError
from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras.config import Config
from vqkeras.config_file import load_config, save_config
from vqkeras.datasets.credits import CREDITS, Credits
from vqkeras.fine_tuning import read_origin
from vqkeras.model.preset_folder import CONFIG, PresetFolder, seal_preset
from vqkeras.model.preset_names import PRESETS_FOLDER, WEIGHTS
from vqkeras.model.preset_place import place_of
from vqkeras.presets.preset_prior import (
    PRIOR_FILES,
    has_prior,
    keep_prior,
    load_prior,
)
from vqkeras.presets.short_weights import save_codec
from vqkeras.run import Run

if TYPE_CHECKING:
    from vqkeras.datasets.dataset import Dataset
    from vqkeras.model.code_prior import CodePrior
    from vqkeras.model.vqvae import VQVAE


class Preset(PresetFolder):
    """A trained model by name: its files, its config, and the model.

    Args:
        folder: Its folder.
    """

    @cached_property
    def config(self) -> Config:
        """What was trained.

        Raises:
            PresetError: If the file is missing or was changed.
        """
        self.check(CONFIG)
        return load_config(self.folder / CONFIG)

    @cached_property
    def dataset(self) -> Dataset:
        """The data it learned from, loaded when first asked for."""
        from vqkeras.datasets import load_dataset

        return load_dataset(self.config.data, self.config.spectrogram)

    @property
    def summary(self) -> dict[str, Any]:
        """Of the summary of its run, what `metadata.json` keeps."""
        names = ("name", "data", "num_examples", "num_parameters", "seed")
        numbers = ("data_variance", "epochs", "best_epoch")
        kept = {name: self.metadata[name] for name in (*names, *numbers)}
        return {**kept, "seconds": 60.0 * self.metadata["minutes"]}

    @property
    def credits(self) -> Credits:
        """What it owes to its data."""
        known = self.metadata["credits"]
        # Older presets do not say how their data is divided.
        told = {"division": CREDITS[self.metadata["data"]].division, **known}
        return Credits(**{**told, "names": tuple(known["names"])})

    @cached_property
    def model(self) -> VQVAE:
        """The model, loaded when first asked for.

        Raises:
            PresetError: If a file is not the one that the metadata describes.
        """
        return self.load()

    @property
    def settings(self) -> SpectrogramSettings:
        """Spectrogram settings of a preset of sounds.

        Raises:
            UsageError: If it is one of images.
        """
        if self.config.spectrogram is None:
            raise UsageError(f"{self.config.name} is a model of images.")
        return self.config.spectrogram

    @cached_property
    def prior(self) -> CodePrior | None:
        """What predicts its codes, loaded when first asked for; `None`: nothing does.

        Raises:
            PresetError: If one of its files was changed.
            UserError: If it belongs to another codec.
        """
        if not has_prior(self.folder):
            return None
        self.check(*PRIOR_FILES)
        return load_prior(self.folder, self.model.quantizer.codebook)


def load_preset(name: str | Path, folder: Path = PRESETS_FOLDER) -> Preset:
    """A preset by its name, or from a folder or the Hub.

    Args:
        name: As for `place_of`.
        folder: Folder of presets with names. Defaults to that of the package.

    Raises:
        UsageError: If there is none of this name.
        PresetError: If it cannot be fetched.
    """
    return Preset(place_of(name, folder))


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
    save_config(run.config, target / CONFIG)
    for name in ("history.csv", "energy.json"):
        shutil.copyfile(run.folder / name, target / name)
    weights = save_codec(run.model, target / WEIGHTS, run.dataset.test)
    (target / "figures.json").write_text(
        json.dumps(figures, indent=2) + "\n", encoding="utf-8"
    )
    seal_preset(target, {**_metadata(run), "weights": weights}, figures)
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
    figures = json.loads((folder / "figures.json").read_text(encoding="utf-8"))
    seal_preset(folder, preset.metadata, figures)


def _metadata(run: Run) -> dict[str, Any]:
    summary, model = run.summary, run.model
    steps = run.config.training.steps_per_epoch
    energy = json.loads((run.folder / "energy.json").read_text(encoding="utf-8"))
    _, bins, channels = run.dataset.train.shape
    is_sound = run.config.spectrogram is not None
    frames = None if is_sound else run.dataset.train.shape[0]
    began = read_origin(run.folder)
    origin = began and {"name": began.name, "sha256": began.sha256}
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
        **({"from_preset": origin} if origin else {}),
        "versions": json.loads((run.folder / "versions.json").read_text()),
        "credits": asdict(run.credits),
    }
