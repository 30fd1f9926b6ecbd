"""What is to be learned of one's own sounds: a codec, then a prior of its codes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from jsonargparse import ArgumentParser

from edge_runtime.errors import UsageError
from vqkeras.config import Config
from vqkeras.config_file import parse_arguments, parse_fields
from vqkeras.fine_tuning import LEARNING_RATE_SHARE, with_preset
from vqkeras.model.preset_folder import PresetFolder
from vqkeras.model.preset_place import place_of
from vqkeras.presets.preset_prior import has_prior
from vqkeras.priors.config import PriorConfig
from vqkeras.priors.fine_tuning import PRIOR_RATE_SHARE, with_preset_prior

T = TypeVar("T", Config, PriorConfig)

# Of the minutes, where both learn. The codec gets more: what it cannot tell apart, no
# prior can put into a hole.
_CODEC_SHARE = 0.6


@dataclass(frozen=True)
class Plan:
    """Two trainings, one after the other.

    Attributes:
        codec: Config of the first.
        prior: Config of the second; `None`: the preset has no prior.
        codec_dir: Folder of the first.
        prior_dir: Folder of the second.
    """

    codec: Config
    prior: PriorConfig | None
    codec_dir: Path
    prior_dir: Path

    @property
    def minutes(self) -> float:
        """How long both learn."""
        trainings = [self.codec.training]
        trainings += [self.prior.training] if self.prior else []
        return sum(training.minutes or 0.0 for training in trainings)

    def from_scratch(self) -> Plan:
        """The same with fresh weights, learned as the preset's were."""
        model = PresetFolder(place_of(str(self.codec.from_preset))).model_config
        return Plan(
            replace(_from_scratch(self.codec, LEARNING_RATE_SHARE), model=model),
            self.prior and _from_scratch(self.prior, PRIOR_RATE_SHARE),
            self.codec_dir.with_name(f"{self.codec_dir.name}_scratch"),
            self.prior_dir.with_name(f"{self.prior_dir.name}_scratch"),
        )


def own_plan(
    sounds: Path,
    *,
    from_preset: str,
    name: str,
    run_dir: Path,
    minutes: float,
    seed: int,
) -> Plan:
    """How a preset learns one's own sounds.

    Args:
        sounds: Folder of audio files.
        from_preset: Preset to go on from, as for `place_of`.
        name: Of the result.
        run_dir: Folder of the codec's training; the prior's is named after it.
        minutes: How long all learning takes.
        seed: Of both trainings.

    Raises:
        UsageError: If there is no such preset, it sees images, or it has several codes
            a cell.
        PresetError: If it cannot be used.
    """
    learns_prior = has_prior(place_of(from_preset))
    share = _CODEC_SHARE if learns_prior else 1.0
    common = [
        f"--from_preset={from_preset}",
        f"--name={name}",
        f"--training.seed={seed}",
    ]
    of_codec = [
        *common,
        "--data.name=folder",
        f"--data.dir={sounds}",
        f"--training.minutes={share * minutes}",
    ]
    with with_preset(of_codec) as given:
        codec = parse_arguments(ArgumentParser(exit_on_error=False), given)[1]
    if codec.spectrogram is None:
        raise UsageError(f"{from_preset} sees images. Choose a preset of sound.")
    if codec.model.codebooks > 1:
        raise UsageError(
            f"{from_preset} has {codec.model.codebooks} codes a cell and runs in Keras "
            "only: a bundle has one. Choose a preset with one code a cell."
        )
    prior = None
    if learns_prior:
        of_prior = [*common, f"--training.minutes={(1.0 - share) * minutes}"]
        with with_preset_prior(of_prior) as given:
            parser = ArgumentParser(exit_on_error=False)
            prior = parse_fields(parser, given, PriorConfig)[1]
    return Plan(codec, prior, run_dir, run_dir.with_name(f"{run_dir.name}_prior"))


def _from_scratch(config: T, rate_share: float) -> T:
    training = config.training
    rate = training.learning_rate / rate_share
    return replace(
        config,
        name=f"{config.name}_scratch",
        from_preset=None,
        training=replace(training, learning_rate=rate),
    )
