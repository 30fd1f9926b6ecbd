"""From a preset to a training that goes on from its weights. Imports no TensorFlow."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from edge_runtime.errors import UsageError
from edge_runtime.output_file import output_file
from vqkeras.config import Config
from vqkeras.config_file import plain
from vqkeras.model.preset_folder import PresetFolder
from vqkeras.model.preset_names import WEIGHTS
from vqkeras.model.preset_place import place_of

# Of the preset's own, so that what is learned is changed and not lost.
LEARNING_RATE_SHARE = 0.1
# What a fine-tuning takes unless told: about as long as one waits for it.
MINUTES, STEPS_PER_EPOCH = 10.0, 50
# Of `model`, what may differ from the preset's: it changes how is learned, not what the
# weights are.
_MAY_DIFFER = (
    "decay",
    "commitment_cost",
    "log_spectral_cost",
    "initialise_from_batch",
    "restart_threshold",
)
# Of `data`, what is no matter of the data set.
_OF_EVERY_DATA = ("crop_frames", "gain_db", "mix_share", "mask_share")
_FILE = "preset.json"


@contextmanager
def with_preset(arguments: Sequence[str]) -> Iterator[list[str]]:
    """A command line in which `--from_preset` stands for the preset's config.

    All that is given beside it wins. Data augmentation, architecture and spectrogram
    are the preset's; so is the data, unless `--data.name` names other data. No codeword
    restarts.

    Args:
        arguments: The command line, without the program.

    Raises:
        UsageError: If there is no such preset, or a flag differs in what its weights
            are.
        PresetError: If it cannot be used.
    """
    arguments = list(arguments)
    name = value_of("--from_preset", arguments)
    if name is None or value_of("--resume", arguments) is not None:
        yield arguments
        return
    preset = PresetFolder(place_of(name))
    _refuse_other_flags(arguments, preset)
    config = _config_of(preset, data_name=value_of("--data.name", arguments))
    with config_in_front(config, arguments) as whole:
        yield whole


@contextmanager
def config_in_front(
    config: dict[str, Any], arguments: Sequence[str]
) -> Iterator[list[str]]:
    """A command line that begins with a config file of these fields."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "preset.yaml"
        path.write_text(yaml.safe_dump(config, sort_keys=False), encoding="utf-8")
        yield ["--config", str(path), *arguments]


def value_of(option: str, arguments: Sequence[str]) -> str | None:
    """What a command line last gives an option; `None`: the option is not there."""
    last = None
    for place, argument in enumerate(arguments):
        name, equals, value = argument.partition("=")
        if name == option:
            following = arguments[place + 1 : place + 2]
            last = value if equals else (following or [""])[0]
    return last


def _config_of(preset: PresetFolder, data_name: str | None) -> dict[str, Any]:
    """Fields of a training from a preset, before the command line has its say."""
    fields = preset.config_fields
    data = dict(fields.get("data", {}))
    if data_name not in (None, data.get("name")):
        data = {key: data[key] for key in _OF_EVERY_DATA if data.get(key) is not None}
    return {
        "name": f"{preset.name}_tuned",
        "data": data,
        "spectrogram": fields.get("spectrogram"),
        # Codewords that a few sounds do not use stay: the prior knows what they mean.
        "model": {**fields["model"], "restart_threshold": 0.0},
        "training": tuned_training(fields.get("training", {})),
    }


def tuned_training(
    training: dict[str, Any], rate_share: float = LEARNING_RATE_SHARE
) -> dict[str, Any]:
    """How a fine-tuning learns where its preset learned as `training` says."""
    rate = training.get("learning_rate", 0.001) * rate_share
    return {
        "epochs": 1000,
        "minutes": MINUTES,
        "steps_per_epoch": STEPS_PER_EPOCH,
        "batch_size": training.get("batch_size", 8),
        "learning_rate": max(rate, 1e-5),
    }


@dataclass(frozen=True)
class Origin:
    """The preset that a run began with, as the run remembers it.

    Attributes:
        name: Of the preset.
        data_variance: Which scales the loss, so that losses can be compared.
        sha256: Checksums of its files.
        credits: What the run owes to the preset's data: `licence`, `attribution` and
            `names`.
    """

    name: str
    data_variance: float
    sha256: dict[str, str]
    credits: dict[str, Any]


def read_origin(run_dir: Path) -> Origin | None:
    """The preset that a run began with; `None` if it began with fresh weights."""
    path = run_dir / _FILE
    if not path.is_file():
        return None
    return Origin(**json.loads(path.read_text(encoding="utf-8")))


def origin_of(config: Config, run_dir: Path) -> Origin | None:
    """As `read_origin`; where a run begins, its preset is checked and written down.

    Args:
        config: Of the run.
        run_dir: Its folder.

    Raises:
        UsageError: If the config differs from the preset's in what the weights are.
        PresetError: If the preset cannot be used.
    """
    known = read_origin(run_dir)
    if config.from_preset is None or known is not None:
        return known
    metadata = check_preset(config).metadata
    origin = {name: metadata[name] for name in ("data_variance", "sha256", "credits")}
    with output_file(run_dir / _FILE, force=True) as temporary:
        content = {"name": metadata["name"], **origin}
        temporary.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    return read_origin(run_dir)


def check_preset(config: Config) -> PresetFolder:
    """The preset that a config names, whole and of the same architecture.

    Raises:
        UsageError: If there is none, or the config differs in what the weights are.
        PresetError: If it cannot be used.
    """
    preset = PresetFolder(place_of(str(config.from_preset)))
    preset.check()
    check_same(config, preset)
    return preset


def weights_of(config: Config) -> Path:
    """File of the weights that a run begins with.

    Raises:
        PresetError: If it is not there any more, or was changed.
    """
    preset = PresetFolder(place_of(str(config.from_preset)))
    preset.check(WEIGHTS)
    return preset.folder / WEIGHTS


def check_same(config: Config, preset: PresetFolder) -> None:
    """Refuse a config whose weights or spectrograms are not those of a preset.

    Raises:
        UsageError: If they are not; the message names the field.
    """
    for group, fields in _fields_of_weights(preset).items():
        given = plain(getattr(config, group))
        if given is None or fields is None:
            if given is not fields:
                _refuse(group, preset, fields, given)
            continue
        for name in [name for name in fields if name not in _MAY_DIFFER]:
            if given.get(name) != fields[name]:
                _refuse(f"{group}.{name}", preset, fields[name], given.get(name))


def _fields_of_weights(preset: PresetFolder) -> dict[str, Any]:
    """Fields of architecture and spectrogram; `None` for a spectrogram of images."""
    return {
        "model": plain(preset.model_config),
        "spectrogram": plain(preset.spectrogram),
    }


def _refuse_other_flags(arguments: Sequence[str], preset: PresetFolder) -> None:
    """Refuse them by name, before they meet fields of the preset that they do not fit.

    Another architecture does not know the fields of the preset's, and a window is too
    short for its hop: messages about those would not tell what is wrong.
    """
    for group, fields in _fields_of_weights(preset).items():
        for name in [name for name in fields or () if name not in _MAY_DIFFER]:
            text = value_of(f"--{group}.{name}", arguments)
            if text is None:
                continue
            try:
                given = _read_as(fields[name], text)
            except yaml.YAMLError:
                continue
            if given != fields[name]:
                _refuse(f"{group}.{name}", preset, fields[name], given)


def _read_as(field: Any, text: str) -> Any:
    """A value of the command line; YAML alone takes `-9e1` for a word."""
    given = yaml.safe_load(text)
    if isinstance(given, str) and isinstance(field, int | float):
        try:
            return float(given)
        except ValueError:
            pass  # a word that is no number
    return given


def _refuse(field: str, preset: PresetFolder, expected: Any, received: Any) -> None:
    raise UsageError(
        f"{field} of the preset {preset.name} is {expected}. Received: {received}. "
        "Architecture and spectrogram are the preset's: leave it out, or train without "
        "--from_preset."
    )
