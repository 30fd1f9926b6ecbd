"""From a configuration to a data set: one entry per name."""

from __future__ import annotations

from collections.abc import Callable

from edge_runtime.errors import UserError
from edge_runtime.spectrogram.settings import SpectrogramSettings
from vqkeras.datasets.config import DataConfig
from vqkeras.datasets.dataset import Dataset
from vqkeras.datasets.folder import load_folder
from vqkeras.datasets.general import load_general
from vqkeras.datasets.location import cache_folder
from vqkeras.datasets.mnist import load_mnist
from vqkeras.datasets.nsynth import load_nsynth
from vqkeras.datasets.shards import load_shards
from vqkeras.datasets.sounds import Sounds, SoundSplits
from vqkeras.datasets.spectrogram_cache import cached_spectrograms
from vqkeras.datasets.split import Split
from vqkeras.datasets.synthetic import load_synthetic

_SOUND_LOADERS: dict[str, Callable[[DataConfig, SpectrogramSettings], SoundSplits]] = {
    "nsynth": load_nsynth,
    "folder": load_folder,
    "general": load_general,
    "synthetic": load_synthetic,
}


def load_dataset(config: DataConfig, settings: SpectrogramSettings | None) -> Dataset:
    """Load a data set, computing its spectrograms where the cache lacks them.

    Args:
        config: Which data, and how it is divided.
        settings: How sound becomes spectrograms; `None` for images.

    Returns:
        The three splits. Sounds are 4 s long; see `Split` for what each offers.

    Raises:
        UserError: If the data cannot be found, read or divided.
    """
    if config.name == "mnist":
        return load_mnist(config, settings)
    if settings is None:
        raise UserError(f"data.name={config.name} needs `spectrogram` settings.")
    if config.name == "shards":
        return load_shards(config, settings)
    splits = _SOUND_LOADERS[config.name](config, settings)

    def split(part: str) -> Split:
        sounds: Sounds = getattr(splits, part).limited(config.limit)
        array = cached_spectrograms(
            sounds,
            settings,
            name=f"{config.name}-{part}",
            cache_dir=cache_folder(config),
        )
        return Split(array, sounds.metadata, read_audio=sounds.read)

    return Dataset(
        name=config.name,
        settings=settings,
        train=split("train"),
        validation=split("validation") if len(splits.validation) else None,
        test=split("test"),
    )
