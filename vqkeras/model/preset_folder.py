"""A preset's folder: whether it is whole, what it says, and the model in it.

config.yaml          what was trained: `model` and `spectrogram` above all
model.weights.h5     weights without the optimizer
metadata.json        data, seed, versions, credits, and the checksum of each file
README.md            the same for people, with a front matter for the Hugging Face Hub
and more, which the checksums cover too
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from edge_runtime.errors import UsageError, UserError
from edge_runtime.output_file import output_file
from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras.model.architectures import model_config_from
from vqkeras.model.model_config import ModelConfig
from vqkeras.model.preset_names import METADATA, WEIGHTS
from vqkeras.model.preset_place import PresetError
from vqkeras.versions import versions

if TYPE_CHECKING:
    from vqkeras.model.vqvae import VQVAE

CONFIG, CARD = "config.yaml", "README.md"
# What says how the first weights did, and is not true of others.
_PRIOR = "prior"
_OF_THE_TRAINING = ("history.csv", "figures.json", "energy.json")


@dataclass(frozen=True)
class PresetFolder:
    """A trained model as files.

    Attributes:
        folder: Its folder, from `place_of`.
    """

    folder: Path

    @cached_property
    def metadata(self) -> dict[str, Any]:
        """How it came about: content of `metadata.json`, but for its own checksum.

        Raises:
            PresetError: If the file is missing or damaged.
        """
        path = self.folder / METADATA
        try:
            content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            _ = content["name"], content["sha256"][WEIGHTS]
            own = content["sha256"].pop(METADATA, None)  # older ones have none
            is_whole = own in (None, _sha256(_as_text(content)))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            is_whole = False
        if not is_whole:
            raise PresetError(f"{path} is missing or damaged. Get the preset again.")
        return content

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.metadata["name"])

    @cached_property
    def config_fields(self) -> dict[str, Any]:
        """What was trained, as `config.yaml` says it.

        Raises:
            PresetError: If the file is missing or was changed.
        """
        self.check(CONFIG)
        content: dict[str, Any] = yaml.safe_load((self.folder / CONFIG).read_text())
        return content

    @cached_property
    def model_config(self) -> ModelConfig:
        """Architecture and losses.

        Raises:
            PresetError: If `config.yaml` is missing or was changed.
            UsageError: If this version knows no such model.
        """
        return model_config_from(self.config_fields["model"])

    @cached_property
    def spectrogram(self) -> SpectrogramSettings | None:
        """How sound becomes what it sees; `None` for images.

        Raises:
            PresetError: If `config.yaml` is missing or was changed.
        """
        fields = self.config_fields.get("spectrogram")
        return None if fields is None else SpectrogramSettings(**fields)

    def check(self, *names: str) -> None:
        """Compare files with their checksums.

        Args:
            names: Of files; none: all that the metadata lists.

        Raises:
            PresetError: If one is missing or was changed in any byte.
        """
        digests = self.metadata["sha256"]
        for name in names or digests:
            path = self.folder / name
            if not path.is_file() or _sha256(path.read_bytes()) != digests.get(name):
                raise PresetError(
                    f"{path} is missing or not the file that {METADATA} describes. "
                    "Get the preset again."
                )

    def load(self) -> VQVAE:
        """The model, which remembers that it came from here.

        Raises:
            PresetError: If the folder is not whole, or of another version.
        """
        from vqkeras.model.build import build_model

        self.check(CONFIG, WEIGHTS)
        metadata = self.metadata
        try:
            model = build_model(
                self.model_config,
                tuple(metadata["example_shape"]),
                metadata["data_variance"],
                weighted_by_first_channel=metadata["weighted_by_first_channel"],
            )
            model.load_weights(self.folder / WEIGHTS)
        except (KeyError, OSError, ValueError) as error:
            reason = str(error).strip().splitlines()[0]
            raise PresetError(f"Cannot load {self.folder}: {reason}") from error
        model.preset = self
        return model


def save_preset(model: VQVAE, folder: Path) -> None:
    """Write a model that came from a preset, with what belongs to it.

    Args:
        model: From `VQVAE.from_preset`, perhaps trained further.
        folder: New folder; its name is the preset's.

    Raises:
        UsageError: If the model came from no preset, or the folder holds files.
        UserError: If it cannot be written.
    """
    origin = model.preset
    if origin is None:
        raise UsageError(
            "This model came from no preset, so there is nothing to say of its sound "
            "and data. Train it with vqkeras-train and call write_preset on its run."
        )
    folder = empty_folder(folder)
    origin.check()
    left_out = [*_OF_THE_TRAINING, WEIGHTS, CONFIG, CARD]
    carried = [name for name in origin.metadata["sha256"] if name not in left_out]
    if any(name.startswith(_PRIOR) for name in carried):
        before = origin.load().quantizer.codebook
        if (before.numpy() != model.quantizer.codebook.numpy()).any():
            # Other codewords: what the prior knows of codes is not true of these.
            carried = [name for name in carried if not name.startswith(_PRIOR)]
    for name in carried:
        shutil.copyfile(origin.folder / name, folder / name)
    config = {**origin.config_fields, "name": folder.name}
    (folder / CONFIG).write_text(yaml.safe_dump(config, sort_keys=False), "utf-8")
    model.save_weights(folder / WEIGHTS)
    metadata = {
        **origin.metadata,
        "name": folder.name,
        "versions": versions(),
        "from_preset": {"name": origin.name, "sha256": origin.metadata["sha256"]},
    }
    seal_preset(folder, metadata, figures={})


def seal_preset(
    folder: Path, metadata: dict[str, Any], figures: dict[str, Any]
) -> None:
    """Write the card and, last, the metadata with the checksums of all files.

    Args:
        folder: Of a preset, with all other files in it.
        metadata: What it says of itself.
        figures: What it was measured at, for the card; may be empty.
    """
    # Templates take long to import, and only this needs them.
    from vqkeras.model.preset_card import preset_card

    fields = yaml.safe_load((folder / CONFIG).read_text(encoding="utf-8"))
    spectrogram = fields.get("spectrogram")
    settings = spectrogram and SpectrogramSettings(**spectrogram)
    card = preset_card(metadata, figures, settings)
    (folder / CARD).write_text(card, encoding="utf-8")
    content = {
        **metadata,
        # For the table, which reads no more than this.
        "sample_rate": settings and settings.sample_rate,
        "codebook_size": fields["model"]["codebook_size"],
        "sha256": {
            path.name: _sha256(path.read_bytes())
            for path in sorted(folder.iterdir())
            if path.is_file() and path.name != METADATA
        },
    }
    # Its own is that of the content without it.
    content["sha256"][METADATA] = _sha256(_as_text(content))
    with output_file(folder / METADATA, force=True) as temporary:
        temporary.write_bytes(_as_text(content))


def empty_folder(folder: Path) -> Path:
    """Make a folder, or take one that is empty.

    Raises:
        UsageError: If it holds anything, or is a file.
        UserError: If it cannot be made.
    """
    folder = Path(folder).expanduser()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} exists and is not empty. Choose another name.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"Cannot make folder {folder}: {error.strerror}.") from error
    return folder


def _as_text(content: dict[str, Any]) -> bytes:
    return (json.dumps(content, indent=2) + "\n").encode()


def _sha256(content: bytes) -> str:
    return sha256(content).hexdigest()
