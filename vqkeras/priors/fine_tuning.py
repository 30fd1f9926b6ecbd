"""From the prior of a preset to a training that goes on from its weights."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from edge_runtime.errors import UsageError
from vqkeras.config_file import plain
from vqkeras.fine_tuning import (
    config_in_front,
    read_origin,
    tuned_training,
    value_of,
)
from vqkeras.model.preset_folder import PresetFolder
from vqkeras.model.preset_names import WEIGHTS
from vqkeras.model.preset_place import place_of
from vqkeras.model.prior_shape import SHAPE
from vqkeras.presets.preset_prior import (
    has_prior,
    prior_fields,
    prior_weights,
)
from vqkeras.priors.config import PriorConfig

# A folder of one's own sounds is small: each is heard at several levels and mixed.
_VERSIONS = 8
# Of the preset's own. At a tenth, a few minutes change hardly anything in a prior.
PRIOR_RATE_SHARE = 1 / 3


@contextmanager
def with_preset_prior(arguments: Sequence[str]) -> Iterator[list[str]]:
    """A command line in which `--from_preset` stands for how its prior was trained.

    All that is given beside it wins.

    Args:
        arguments: The command line, without the program.

    Raises:
        UsageError: If there is no such preset, or it has no prior, or one with
            attention.
        PresetError: If it cannot be used.
    """
    name = value_of("--from_preset", arguments)
    if name is None:
        yield list(arguments)
        return
    preset = _with_prior(name)
    fields = prior_fields(preset.folder)
    config = {
        "name": f"{preset.name}_tuned",
        **{key: fields[key] for key in (*SHAPE, "crop_cells", "weight_decay")},
        "versions": _VERSIONS,
        "training": tuned_training(fields["training"], PRIOR_RATE_SHARE),
    }
    with config_in_front(config, arguments) as whole:
        yield whole


def first_weights(config: PriorConfig, codec: Any) -> Path | None:
    """File of the weights that a training begins with; `None`: fresh ones.

    Args:
        config: Of the training.
        codec: The `Run` or `Preset` whose codes it learns.

    Raises:
        UsageError: If the codec is not that preset and did not go on from it, or the
            config differs in what the weights are.
        UserError: If the weights were changed.
    """
    if config.from_preset is None:
        return None
    preset = _with_prior(config.from_preset)
    fields, given = prior_fields(preset.folder), plain(config)
    # The preset has no attention here, so its reach does not matter.
    for name in ("units", "dilations", "attention_heads"):
        if given[name] != fields[name]:
            raise UsageError(
                f"{name} of the prior of {preset.name} is {fields[name]}. Received: "
                f"{given[name]}. Leave it out, or train without --from_preset."
            )
    if codec.folder.resolve() == preset.folder.resolve():
        return prior_weights(preset.folder)
    origin = read_origin(codec.folder)
    if origin is None or origin.sha256[WEIGHTS] != preset.metadata["sha256"][WEIGHTS]:
        raise UsageError(
            f"{codec.folder} did not go on from the preset {preset.name}: its codes "
            "mean something else. Train without --from_preset."
        )
    return prior_weights(preset.folder)


def _with_prior(name: str) -> PresetFolder:
    preset = PresetFolder(place_of(name))
    if not has_prior(preset.folder):
        raise UsageError(
            f"The preset {preset.name} has no prior. Train one without --from_preset."
        )
    if prior_fields(preset.folder)["attention_heads"]:
        raise UsageError(
            f"The prior of the preset {preset.name} has attention, which runs in Keras "
            "only and cannot be exported. Train one without attention_heads, and "
            "without --from_preset."
        )
    return preset
